//! Explains why text is not valid YAML. The parser often detects an error only some lines after its cause.

use crate::diagnostic::{Finding, Place, Span};

/// Explains a syntax error that the parser detected at `at`.
pub(super) fn explain(text: &str, at: Span, info: &str) -> Vec<Finding> {
    let lines: Vec<&str> = text.lines().collect();
    let conflicts = conflicts(&lines, at);
    if !conflicts.is_empty() {
        return conflicts;
    }
    let noticed = usize::try_from(at.line).unwrap_or_default();
    let numbered = || lines.iter().copied().enumerate();
    // JSON allows any indentation.
    let is_json = text.trim_start().starts_with(['{', '[']);
    let cause = if is_json {
        None
    } else if let Some(finding) = unquoted_reference(numbered().take(noticed), at) {
        Some(finding)
    } else {
        let near = numbered().take(noticed + 1).skip(noticed.saturating_sub(3));
        tab(near, at).or_else(|| indentation(numbered().take(noticed), at))
    };
    let finding = cause.unwrap_or_else(|| {
        let line = lines.get(noticed.saturating_sub(1)).copied().unwrap_or_default();
        let help = help(info, line, usize::try_from(at.column).unwrap_or_default());
        Finding::error(Place::Text(at), format!("this is not valid YAML: {info}"), help)
    });
    vec![finding]
}

/// Returns the help for a syntax error. `info` is the parser's description of the error. `line` is the text of the line
/// in which the parser detected the error, and `column` is counted from 1.
fn help(info: &str, line: &str, column: usize) -> String {
    let mut rest = line.chars();
    let before: String = rest.by_ref().take(column.saturating_sub(1)).collect();
    let first = rest.next().filter(char::is_ascii_punctuation);
    match (info, first) {
        ("found unprintable character", _) => "remove the character".to_owned(),
        ("mapping values are not allowed in this context", _) if before.contains(": ") => {
            "put text that contains `: ` in quotes, or on lines of its own below `|-`".to_owned()
        }
        (_, Some('*')) if info.ends_with("found unknown anchor") => {
            "put text that begins with `*` in quotes, or define the anchor".to_owned()
        }
        (_, Some('"')) if info.ends_with("found unknown escape character") => {
            "write each backslash twice, or put the text in single quotes".to_owned()
        }
        (_, Some(mark @ ('|' | '>'))) if info.starts_with("while scanning a block scalar") => {
            format!(
                "start the text on the next line, or put text that begins with `{mark}` in quotes"
            )
        }
        (_, Some('`')) if info.starts_with("unexpected character") => {
            "put text that begins with a backtick in quotes".to_owned()
        }
        (_, Some(mark)) if STARTS.iter().any(|it| info.contains(it)) => {
            format!("put text that begins with `{mark}` in quotes")
        }
        _ => "look here and on the line above for a missing quote, colon or bracket".to_owned(),
    }
}

/// Parts of the parser's messages about a character that plain text cannot begin with.
const STARTS: &[&str] = &[
    "block sequence entries are not allowed",
    "mapping keys are not allowed",
    "unexpected character",
    "while scanning an anchor or alias",
];

/// Reports each line with a conflict marker from a version control system, if one of the lines marks the start of a
/// conflict (`<<<<<<<`).
fn conflicts(lines: &[&str], at: Span) -> Vec<Finding> {
    const MARKERS: &[&str] = &["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
    let is_conflict = lines.iter().any(|line| line.starts_with("<<<<<<< "));
    let marked = lines.iter().enumerate().filter_map(|(index, line)| {
        let marker = MARKERS.iter().find(|marker| line.starts_with(**marker))?;
        let what = format!("`{marker}` marks a merge conflict");
        let help = "resolve the conflict and remove its markers";
        Some(Finding::error(Place::Text(span(at, index, 0, line.len())), what, help))
    });
    if is_conflict { marked.collect() } else { Vec::new() }
}

/// Reports the tab in the last line that is indented with a tab.
fn tab<'l>(lines: impl Iterator<Item = (usize, &'l str)>, at: Span) -> Option<Finding> {
    let tabs = lines.filter_map(|(index, line)| {
        let indent = line.len() - line.trim_start().len();
        let tab = line.get(..indent)?.find('\t')?;
        (!line.trim().is_empty()).then_some((index, tab))
    });
    let (index, tab) = tabs.last()?;
    let (what, help) = ("this line is indented with a tab", "indent with spaces");
    Some(Finding::error(Place::Text(span(at, index, tab, 1)), what, help))
}

/// Reports the last `$ref` in braces whose target begins with `#`, which starts a comment.
fn unquoted_reference<'l>(
    lines: impl Iterator<Item = (usize, &'l str)>,
    at: Span,
) -> Option<Finding> {
    let references = lines.filter_map(|(index, line)| {
        let (before, target) = line.split_once("$ref: #")?;
        let start = before.chars().count() + "$ref: ".len();
        before.contains('{').then(|| span(at, index, start, target.chars().count() + 1))
    });
    let (what, help) = ("`#` starts a comment", "put the reference in quotes");
    references.last().map(|span| Finding::error(Place::Text(span), what, help))
}

/// Reports the last line if no enclosing block has its indentation. Also reports the last line if it is indented more
/// than the line above, although the line above already has a value.
fn indentation<'l>(above: impl Iterator<Item = (usize, &'l str)>, at: Span) -> Option<Finding> {
    let mut open: Vec<usize> = Vec::new();
    let mut wrong = None;
    let mut previous = "";
    for (index, line) in above {
        let content = line.trim_start();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let indent = line.len() - content.len();
        let deepest = open.last().copied();
        while open.last().is_some_and(|last| *last > indent) {
            open.pop();
        }
        let is_known = open.last() == Some(&indent);
        let was_closed = deepest.is_some_and(|deepest| deepest > indent);
        let was_complete = previous.contains(": ") && !previous.ends_with(['|', '>', ':', '-']);
        wrong = if !is_known && was_closed {
            Some((
                index,
                indent,
                "fewer spaces than the lines above, but with more than the enclosing block",
            ))
        } else if deepest.is_some_and(|deepest| deepest < indent)
            && was_complete
            && content.contains(':')
        {
            Some((index, indent, "more spaces than the line above, which already has a value"))
        } else {
            None
        };
        if !is_known {
            open.push(indent);
        }
        // The entries of a list item start after its dash.
        if let Some(rest) = content.strip_prefix("- ") {
            open.push(indent + 2 + rest.len() - rest.trim_start().len());
        }
        previous = content.trim_end();
    }
    let (index, indent, how) = wrong?;
    let what = format!("wrong indentation: the line starts with {how}");
    let help = "align the line with the lines around it";
    Some(Finding::error(Place::Text(span(at, index, 0, indent.max(1))), what, help))
}

/// Returns the span of `length` characters in the line with the given index.
fn span(at: Span, index: usize, start: usize, length: usize) -> Span {
    let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    Span { line: number(index + 1), column: number(start + 1), length: number(length), ..at }
}
