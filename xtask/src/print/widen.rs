//! Lines as wide as rustfmt makes them here: prettyplease breaks at 89 columns, and a chain or a literal
//! sooner.

use std::borrow::Cow;

/// Puts what was broken over lines back on one, wherever it has room in `width` columns: arguments,
/// attributes, arguments of types, chains of calls, and literals of structs.
pub(crate) fn widen(text: &str, width: usize) -> String {
    let mut lines: Vec<Cow<'_, str>> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for line in text.lines() {
        lines.push(line.into());
        if is_doc(line) {
            continue;
        }
        if line.trim_ascii_start().starts_with([')', ']', '}', '>'])
            && let Some(start) = open.pop()
        {
            close(&mut lines, start, width);
        }
        join_chain(&mut lines, width);
        if lines.last().is_some_and(|line| line.ends_with(['(', '[', '{', '<'])) {
            open.push(lines.len() - 1);
        }
    }
    lines.push("".into());
    lines.join("\n")
}

/// Joins the lines from `start`, the last of which ends what the first begins, if they fit.
fn close(lines: &mut Vec<Cow<'_, str>>, start: usize, width: usize) {
    let Some([first, within @ .., last]) = lines.get(start..) else { return };
    let is_plain = |line: &Cow<'_, str>| {
        indent(line) == indent(first) + 4
            && !is_doc(line)
            && !line.trim_ascii_start().starts_with('#')
            && !is_call(line)
    };
    let is_list = !first.ends_with('{');
    let joins = is_list
        || !is_definition(first) && within.iter().all(|line| is_field(line.trim_ascii_start()));
    if within.is_empty() || !joins || !within.iter().all(is_plain) {
        let collapsed = collapse(first, within, last);
        return replace(lines, start, collapsed);
    }
    let values: Vec<&str> = within.iter().map(|line| line.trim_ascii_start()).collect();
    let values = values.join(" ");
    let values = values.strip_suffix(',').unwrap_or(&values);
    let last = last.trim_ascii_start();
    let space = if is_list { "" } else { " " };
    let joined = format!("{first}{space}{values}{space}{last}");
    let fitting = fit(first, joined, width);
    replace(lines, start, fitting);
}

/// `a(b(` where what `b` takes is the only thing that `a` takes, and does not fit on a line.
fn collapse(first: &str, within: &[Cow<'_, str>], last: &str) -> Option<Vec<String>> {
    let [open, inner @ .., end] = within else { return None };
    let depth = indent(first) + 4;
    let is_only = [open, end].iter().all(|line| indent(line) == depth)
        && inner.iter().all(|line| indent(line) > depth)
        && [first, open].iter().all(|line| line.ends_with('('))
        && end.trim_ascii_start().trim_end_matches(',') == ")";
    let inner = inner.iter().map(|line| line.get(4..).unwrap_or(line).to_owned());
    is_only.then(|| {
        let first = format!("{first}{}", open.trim_ascii_start());
        let last = format!("{}){}", " ".repeat(depth - 4), last.trim_ascii_start());
        std::iter::once(first).chain(inner).chain([last]).collect()
    })
}

/// Joins the chain of calls that the last line ends, if it fits.
fn join_chain(lines: &mut Vec<Cow<'_, str>>, width: usize) {
    let Some(last) = lines.last().filter(|line| is_call(line) && line.ends_with([';', ','])) else {
        return;
    };
    let depth = indent(last);
    let is_link = |line: &Cow<'_, str>| is_call(line) && indent(line) == depth;
    let count = lines.iter().rev().take_while(|line| is_link(line)).count();
    let Some(start) = lines.len().checked_sub(count + 1) else { return };
    let Some([first, calls @ ..]) = lines.get(start..) else { return };
    if indent(first) + 4 != depth || first.ends_with(['(', '[', '{']) {
        return;
    }
    let calls: String = calls.iter().map(|line| line.trim_ascii_start()).collect();
    let fitting = fit(first, format!("{first}{calls}"), width);
    replace(lines, start, fitting);
}

fn replace(lines: &mut Vec<Cow<'_, str>>, start: usize, by: Option<Vec<String>>) {
    if let Some(by) = by {
        lines.truncate(start);
        lines.extend(by.into_iter().map(Cow::from));
    }
}

/// What `first` begins on one line, or else the value of an assignment or the type of a field on a
/// line of its own; nothing if it fits on neither.
fn fit(first: &str, joined: String, width: usize) -> Option<Vec<String>> {
    // rustfmt keeps a column free behind an attribute.
    let room = if first.trim_ascii_start().starts_with("#[") { width - 1 } else { width };
    if joined.chars().count() <= room {
        return Some(vec![joined]);
    }
    let (separator, mark) = if first.ends_with('<') { (": ", ":") } else { (" = ", " =") };
    let (head, value) = joined.split_once(separator)?;
    let value = format!("{}{value}", " ".repeat(indent(first) + 4));
    let fits = first.contains(separator) && value.chars().count() <= width;
    fits.then(|| vec![format!("{head}{mark}"), value])
}

pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_ascii_start().len()
}

fn is_doc(line: &str) -> bool {
    line.trim_ascii_start().starts_with("//")
}

fn is_call(line: &str) -> bool {
    let line = line.trim_ascii_start();
    line.starts_with('.') && !line.starts_with("..")
}

/// Whether a line begins what is read better one below the other.
fn is_definition(line: &str) -> bool {
    ["pub ", "struct ", "enum ", "impl", "match ", "const "]
        .iter()
        .any(|word| line.trim_ascii_start().starts_with(word))
}

/// `name,` or `name: value,`.
fn is_field(line: &str) -> bool {
    let Some(field) = line.strip_suffix(',') else { return false };
    let name = field.split_once(": ").map_or(field, |(name, _)| name);
    !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
}

#[cfg(test)]
mod tests {
    use super::widen;

    #[test]
    fn what_fits_is_one_line() {
        let text = "fn f(\n    one: u8,\n    two: u8,\n) -> u8 {\n    g(one)\n}\n";
        assert_eq!(widen(text, 100), "fn f(one: u8, two: u8) -> u8 {\n    g(one)\n}\n");
        assert_eq!(widen(text, 20), text);
        assert_eq!(widen("#[serde(\n    default,\n)]\n", 100), "#[serde(default)]\n");
        assert_eq!(widen("let a = b\n    .c(1)\n    .d();\n", 100), "let a = b.c(1).d();\n");
        assert_eq!(widen("A {\n    b,\n    c: d,\n}\n", 100), "A { b, c: d }\n");
        assert_eq!(widen("pub a: B<\n    C,\n>,\n", 100), "pub a: B<C>,\n");
    }

    #[test]
    fn what_does_not_fit_stands_below() {
        let text = "self.a = Some(\n    b,\n);\n";
        assert_eq!(widen(text, 14), "self.a =\n    Some(b);\n");
        assert_eq!(widen(text, 10), text);
        let text = "let a = b\n    .c()\n    .d();\n";
        assert_eq!(widen(text, 14), "let a =\n    b.c().d();\n");
        assert_eq!(widen("pub a: B<\n    C,\n>,\n", 9), "pub a:\n    B<C>,\n");
    }

    #[test]
    fn what_is_within_is_joined_first() {
        let text = "a(\n    b(\n        1,\n    ),\n    A {\n        c,\n    },\n);\n";
        assert_eq!(widen(text, 100), "a(b(1), A { c });\n");
        assert_eq!(widen(text, 14), "a(\n    b(1),\n    A { c },\n);\n");
        let text = "a\n    .b(\n        1,\n    )\n    .c();\n";
        assert_eq!(widen(text, 100), "a.b(1).c();\n");
    }

    #[test]
    fn what_is_the_only_thing_within_begins_on_the_same_line() {
        let text = "    a(\n        b(\n            1,\n            2,\n        ),\n    );\n";
        let collapsed = "    a(b(\n        1,\n        2,\n    ));\n";
        assert_eq!(widen(text, 12), collapsed);
        assert_eq!(widen(text, 100), "    a(b(1, 2));\n");
        let text = "a(\n    b(\n        1,\n    ),\n    2,\n);\n";
        assert_eq!(widen(text, 9), text.replace("(\n        1,\n    )", "(1)"));
    }

    #[test]
    fn what_is_defined_or_documented_keeps_its_lines() {
        for text in [
            "pub struct A {\n    b: u8,\n}\n",
            "match a {\n    b => c,\n}\n",
            "fn a() {\n    b\n}\n",
            "f(\n    // Why.\n    a,\n);\n",
            "/// (\n/// a\n/// )\n",
        ] {
            assert_eq!(widen(text, 100), text);
        }
    }
}
