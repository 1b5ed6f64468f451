//! Emits doc comments.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::fences::{Code, outdented, plain};
use super::html;
use super::wrap::{starts_block, wrap};
use crate::api::{Api, Docs, Model, Rules};
use crate::diagnostic::Pointer;

/// The names that docs contain: the crate's name, the methods of operations, to which descriptions link, and the
/// locations of schemas in the document.
#[derive(Debug)]
pub(super) struct Links<'a> {
    crate_ident: String,
    methods: HashMap<&'a str, &'a str>,
    schemas: HashMap<&'a str, &'a Pointer>,
    /// The names of the parameters whose values are models.
    parameters: HashMap<&'a str, &'a str>,
}

impl<'a> Links<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        // Of the methods for one operation, the plain one is first, because the others have longer names. It replaces
        // the others in the map.
        let methods = api.operations.iter().rev();
        let methods = methods.map(|operation| (operation.id.as_str(), operation.ident.as_str()));
        let schemas = api.models.iter().map(|model| (model.ident.as_str(), &model.pointer));
        let parameters = api.operations.iter().flat_map(|operation| &operation.params);
        let parameters = parameters.filter_map(|it| Some((it.ty.model()?, it.name.as_str())));
        Self {
            parameters: parameters.collect(),
            crate_ident: api.crate_ident(),
            methods: methods.collect(),
            schemas: schemas.collect(),
        }
    }

    /// Returns the docs of a model that has no description.
    pub(super) fn schema(&self, model: &str) -> String {
        let Some(pointer) = self.schemas.get(model) else { return String::new() };
        // The location of a parameter is that of its operation.
        match (pointer.keys(), self.parameters.get(model)) {
            ([section, path, method], Some(name)) if section == "paths" => {
                let operation = format!("{} {path}", method.to_uppercase());
                format!("The schema of the parameter {} in {}.", code(name), code(&operation))
            }
            _ => schema(pointer),
        }
    }

    /// Returns the name of the crate in code.
    pub(super) fn crate_ident(&self) -> &str {
        &self.crate_ident
    }

    /// Returns the method other than `own` that the text mentions, if there is exactly one.
    pub(super) fn only_method(&self, text: &str, own: &str) -> Option<&'a str> {
        let code = text.split('`').skip(1).step_by(2);
        let methods = code.filter_map(|part| self.methods.get(part).copied());
        let mut methods = methods.filter(|method| *method != own);
        let first = methods.next()?;
        methods.all(|method| method == first).then_some(first)
    }

    /// Replaces each `` `operationId` `` in the text with a link to the method.
    fn insert(&self, text: &str) -> String {
        let mut linked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, ticks, code, after)) = split_code(rest) {
            linked.push_str(before);
            match self.methods.get(code).filter(|_| ticks == "`") {
                Some(name) => linked.extend(["[`", name, "`](crate::Client::", name, ")"]),
                None => linked.extend([ticks, code, ticks]),
            }
            rest = after;
        }
        linked.push_str(rest);
        linked
    }
}

/// Splits text into the part before its first code span, the backticks around the code, the code, and the rest. The
/// code ends at the next run of exactly as many backticks. If there is no end, the code includes the rest of the text.
fn split_code(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, from) = text.split_at(text.find('`')?);
    let (ticks, from) = from.split_at(from.len() - from.trim_start_matches('`').len());
    let mut ends = from.match_indices(ticks).map(|(at, _)| {
        let (code, after) = from.split_at(at);
        (code, after.get(ticks.len()..).unwrap_or_default())
    });
    let end = ends.find(|(code, after)| !code.ends_with('`') && !after.starts_with('`'));
    let (code, after) = end.unwrap_or((from, ""));
    Some((before, ticks, code, after))
}

/// Emits text from the document.
pub(super) fn text(text: &str, links: &Links<'_>) -> TokenStream {
    own(&markdown(text, links))
}

/// Emits text that the generator wrote.
pub(super) fn own(text: &str) -> TokenStream {
    lines(&wrap(text))
}

/// Emits a section that the generator wrote, after a blank line.
pub(super) fn section(text: &str) -> TokenStream {
    lines(&format!("\n{}", wrap(text)))
}

/// Emits the text as one attribute per line. Replaces control characters other than tabs, and characters that change
/// the text direction, with spaces, because Rust rejects some of these characters in comments.
pub(super) fn lines(text: &str) -> TokenStream {
    let is_refused = |it: char| {
        it.is_control() && it != '\t'
            || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let lines = text.lines().map(|line| match line {
        "" => String::new(),
        line => format!(" {}", line.replace(is_refused, " ")),
    });
    quote!(#(#[doc = #lines])*)
}

/// Converts text from the document to Markdown that rustdoc renders as intended.
pub(super) fn markdown(text: &str, links: &Links<'_>) -> String {
    links.insert(&escape(text))
}

/// Emits the description of a model, or else its name.
pub(super) fn of_model(model: &Model, links: &Links<'_>) -> TokenStream {
    own(&described(model.description.as_deref(), || links.schema(&model.ident), links))
}

/// Returns the location of a schema in the document as a sentence.
fn schema(pointer: &Pointer) -> String {
    let (owner, inner) = match pointer.keys() {
        [_, section, name] if section == "schemas" => return format!("The schema {}.", code(name)),
        [section, path, method, inner @ ..] if section == "paths" => {
            (format!("{} {path}", method.to_uppercase()), inner)
        }
        [_, _, name, inner @ ..] => (name.clone(), inner),
        _ => return "A schema of the document.".to_owned(),
    };
    let owner = code(&owner);
    let mut keys = inner.iter();
    let mut properties = Vec::new();
    while keys.any(|key| key == "properties") {
        properties.extend(keys.next().map(String::as_str));
    }
    match (properties.join("."), inner) {
        (path, _) if path.is_empty() => format!("A schema in {owner}."),
        (path, [.., last, _]) if last == "properties" => {
            format!("The schema of {} in {owner}.", code(&path))
        }
        (path, _) => format!("A schema in {} of {owner}.", code(&path)),
    }
}

/// Returns a description as Markdown, or else text that the generator writes. Only a description links to operations.
pub(super) fn described(
    description: Option<&str>,
    otherwise: impl FnOnce() -> String,
    links: &Links<'_>,
) -> String {
    description.map_or_else(otherwise, |text| markdown(text, links))
}

/// Emits the meaning of a value, its bounds and its default.
pub(super) fn of_value(name: &str, rules: &Rules, docs: &Docs, links: &Links<'_>) -> TokenStream {
    let meaning = || format!("The value {}.", code(name));
    value(described(docs.description.as_deref(), meaning, links), rules, docs)
}

/// Emits the docs of a setter: the meaning of the value, its bounds and its default.
pub(super) fn of_setter(name: &str, rules: &Rules, docs: &Docs, links: &Links<'_>) -> TokenStream {
    let description = docs.description.as_ref().map(|text| markdown(text, links));
    value(sets(&code(name), description.as_deref()), rules, docs)
}

/// Returns a description that begins with a verb, as in the docs of functions. The given description is usually a noun
/// phrase or a sentence.
pub(super) fn sets(subject: &str, description: Option<&str>) -> String {
    let Some(text) = description.map(str::trim_start).filter(|text| !text.is_empty()) else {
        return format!("Sets {subject}.");
    };
    if text.starts_with("Whether ") {
        format!("Sets {}", lower_first(text))
    } else if ["The ", "A ", "An "].iter().any(|article| text.starts_with(article)) {
        format!("Sets {subject}: {}", lower_first(text))
    } else if text.starts_with(char::is_alphanumeric) && !starts_block(text) {
        format!("Sets {subject}: {text}")
    } else {
        format!("Sets {subject}.\n\n{text}")
    }
}

/// Emits the description of a value, which is Markdown, with the value's rules and default.
pub(super) fn value(mut text: String, rules: &Rules, docs: &Docs) -> TokenStream {
    if let Some(bounds) = bounds(rules, docs) {
        let is_sentence = text.trim_end().ends_with('.') && !text.contains('\n');
        text = format!("{}{}{bounds}", text.trim_end(), if is_sentence { " " } else { "\n\n" });
    }
    own(&text)
}

/// Formats the rules and the default of a value as sentences.
pub(super) fn bounds(rules: &Rules, docs: &Docs) -> Option<String> {
    let mut parts = Vec::new();
    let number = |number: &serde_json::Number| {
        let text = number.to_string();
        text.strip_suffix(".0").map(ToOwned::to_owned).unwrap_or(text)
    };
    let (least, most) = (rules.minimum.as_ref().map(number), rules.maximum.as_ref().map(number));
    if rules.exclusive_minimum || rules.exclusive_maximum {
        let more = if rules.exclusive_minimum { "more than" } else { "at least" };
        let less = if rules.exclusive_maximum { "less than" } else { "at most" };
        parts.extend(least.map(|least| format!("{more} {least}")));
        parts.extend(most.map(|most| format!("{less} {most}")));
    } else {
        parts.extend(span(least, most, ""));
    }
    parts.extend(rules.multiple_of.as_ref().map(|divisor| format!("a multiple of {divisor}")));
    let count = |size: usize| size.to_string();
    parts.extend(span(rules.min_length.map(count), rules.max_length.map(count), " character"));
    parts.extend(span(rules.min_items.map(count), rules.max_items.map(count), " item"));
    parts.extend(rules.unique_items.then(|| "unique items".to_owned()));
    parts.extend(rules.pattern.as_ref().map(|pattern| format!("matches {}", code(pattern))));
    let each = rules.each.as_ref().and_then(|each| bounds(each, &Docs::default()));
    let each = each.map(|each| format!("Each item: {}", lower_first(&each)));
    let own = (!parts.is_empty()).then(|| format!("{}.", upper_first(&parts.join(", "))));
    let default = docs.default.as_ref().filter(|default| !default.is_null());
    let default = default.map(|default| match default.as_str() {
        Some("") => "Defaults to the empty string.".to_owned(),
        Some(text) => format!("Defaults to {}.", code(text)),
        None => format!("Defaults to {}.", code(&default.to_string())),
    });
    let sentences: Vec<String> = own.into_iter().chain(each).chain(default).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

fn span(least: Option<String>, most: Option<String>, unit: &str) -> Option<String> {
    let is_one = most.as_ref().or(least.as_ref()).is_some_and(|count| count == "1");
    let unit = if unit.is_empty() || is_one { unit.to_owned() } else { format!("{unit}s") };
    match (least, most) {
        (Some(least), Some(most)) if least == most => Some(format!("exactly {least}{unit}")),
        (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
        (Some(least), None) => Some(format!("at least {least}{unit}")),
        (None, Some(most)) => Some(format!("at most {most}{unit}")),
        (None, None) => None,
    }
}

pub(super) fn upper_first(text: &str) -> String {
    with_first(text, |first| first.to_uppercase().collect())
}

pub(super) fn lower_first(text: &str) -> String {
    with_first(text, |first| first.to_lowercase().collect())
}

fn with_first(text: &str, convert: fn(char) -> String) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| convert(first) + letters.as_str())
}

/// Formats text as code, between double backticks if it contains a backtick.
pub(super) fn code(text: &str) -> String {
    let ticks = if text.contains('`') { "``" } else { "`" };
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// Converts HTML to Markdown, and escapes text that rustdoc would mistake for markup. Marks blocks of code as text.
pub(crate) fn escape(text: &str) -> String {
    // HTML converts to blocks of code, and can hide others, as in `<p>```</p>`.
    let text = plain(&html::to_markdown(&plain(&text.replace("\r\n", "\n"))));
    let mut lines = Vec::new();
    let (mut code, mut open) = (Code::default(), 0);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = first_line(rest);
        if code.has(&line) {
            lines.push(line);
            rest = after;
        } else {
            let (line, after) = line_with_links(rest);
            lines.push(escape_line(&outdented(&line), &mut open));
            rest = after;
        }
    }
    lines.join("\n")
}

/// Splits text into its first line and the other lines.
fn first_line(text: &str) -> (String, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    (line.to_owned(), rest)
}

/// Splits text like [`first_line`]. If a link continues on the following lines, joins these lines to the first one.
fn line_with_links(text: &str) -> (String, &str) {
    let (mut line, mut rest) = first_line(text);
    let paragraph = text.split("\n\n").next().unwrap_or(text);
    let mut end = line.len();
    let is_in_link = |end: usize| {
        let start = text.get(..end).and_then(|it| it.rfind('['));
        let last = start.and_then(|start| link(paragraph.get(start..)?));
        last.is_some_and(|it| paragraph.len() - it.after.len() > end)
    };
    while is_in_link(end) {
        let (next, after) = first_line(rest);
        end += 1 + next.len();
        line = line + " " + next.trim_start();
        rest = after;
    }
    (line, rest)
}

/// Escapes text that would start a tag or an intra-doc link, and marks URLs as links. Keeps only the text of relative
/// links, whose targets exist only on the website of the API. `open` is the number of backticks that began the current
/// code span, or 0 outside of code spans. Only the same number of backticks ends the span.
fn escape_line(line: &str, open: &mut usize) -> String {
    let mut rest = line;
    let mut escaped = String::with_capacity(line.len());
    while let Some(start) = rest.find(['`', '<', '[', 'h']) {
        let (plain, from) = rest.split_at(start);
        escaped.push_str(plain);
        let relative = link(from).filter(|link| *open == 0 && is_relative(link.target));
        if let Some(Link { label, after, .. }) = relative {
            if escaped.ends_with('!') {
                // An image is also replaced with its text.
                escaped.pop();
            }
            escaped.push_str(&escape_line(label, open));
            rest = after;
            continue;
        }
        let ticks = from.len() - from.trim_start_matches('`').len();
        let (before, length, after) = if ticks > 0 {
            if *open == 0 {
                *open = ticks;
            } else if *open == ticks {
                *open = 0;
            }
            ("", ticks, "")
        } else if *open > 0 {
            ("", 1, "")
        } else if let Some(url) = url(from) {
            if escaped.ends_with(['<', '(']) { ("", url.len(), "") } else { ("<", url.len(), ">") }
        } else if let Some(label) = label_with_url(from) {
            ("", label.len(), "")
        } else if from.starts_with('<') && !from.starts_with("<http")
            || from.starts_with('[') && !is_link(from)
        {
            ("\\", 1, "")
        } else {
            ("", 1, "")
        };
        let (text, tail) = from.split_at(length);
        escaped.extend([before, text, after]);
        rest = tail;
    }
    escaped.push_str(rest);
    escaped
}

/// A link in Markdown.
struct Link<'a> {
    label: &'a str,
    /// The text between the parentheses.
    target: &'a str,
    /// The text after the link.
    after: &'a str,
}

/// Returns the link at the start of the text.
fn link(text: &str) -> Option<Link<'_>> {
    let (label, rest) = text.strip_prefix('[')?.split_once("](")?;
    let mut open = 1;
    let end = rest.find(|it| {
        open += i32::from(it == '(') - i32::from(it == ')');
        open == 0
    });
    let (target, after) = rest.split_at_checked(end?)?;
    let after = after.strip_prefix(')')?;
    (!label.contains(['[', ']'])).then_some(Link { label, target, after })
}

/// Returns whether the target of a link exists only on the website of the API: it is a fragment, a path, a page of
/// `ReadMe` (`ref:`), or begins with a template variable.
fn is_relative(target: &str) -> bool {
    let target = target.split_whitespace().next().unwrap_or_default();
    let is_url =
        target.starts_with("//") || target.contains("://") || target.starts_with("mailto:");
    // A pattern, such as `[a-z](a|b)`, is not a link.
    let is_file = target.starts_with(char::is_alphanumeric)
        && target.contains(['.', '/', '#'])
        && target.chars().all(|it| it.is_alphanumeric() || "-._~/#%?=&{}".contains(it));
    let starts = ["#", "/", "./", "../", "ref:", "{{"];
    !is_url && (is_file || starts.iter().any(|start| target.starts_with(start)))
}

/// Returns the URL at the start of the text, without trailing punctuation.
fn url(text: &str) -> Option<&str> {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return None;
    }
    let end = text.find(|it: char| it.is_whitespace() || "<>)`\"".contains(it));
    let url = text.get(..end.unwrap_or(text.len()))?;
    Some(url.trim_end_matches(['.', ',', ';', ':']))
}

/// Returns the `[TEXT` at the start of a link whose text contains a URL. This URL must not become a link within the
/// link.
fn label_with_url(text: &str) -> Option<&str> {
    let (label, rest) = text.split_at(text.find(']')?);
    (label.starts_with('[') && label.contains("://") && rest.starts_with("](")).then_some(label)
}

/// Returns whether the text starts with `[TEXT](`.
fn is_link(text: &str) -> bool {
    let parts = text.strip_prefix('[').and_then(|text| text.split_once(']'));
    parts.is_some_and(|(label, rest)| !label.contains('[') && rest.starts_with('('))
}

#[cfg(test)]
mod tests {
    use super::{escape, sets};

    #[test]
    fn urls_outside_links_and_code_become_links() {
        for (text, expected) in [
            ("See https://a.b/c.", "See <https://a.b/c>."),
            ("[docs](https://a.b)", "[docs](https://a.b)"),
            ("[https://a.b](https://a.b)", "[https://a.b](https://a.b)"),
            (
                "[at https://a.b or `c`](https://a.b) [d]",
                "[at https://a.b or `c`](https://a.b) \\[d]",
            ),
            ("`https://a.b` <https://a.b>", "`https://a.b` <https://a.b>"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn only_the_text_of_a_relative_link_is_kept() {
        for (text, expected) in [
            ("An [ability](#resource_Abilities).", "An ability."),
            (
                "See [`a<T>` or <T>](/docs/a), [b](../b#(c)) and [c](./d).",
                "See `a<T>` or \\<T>, b and c.",
            ),
            ("`[a](#b)` [a](https://a.b/#c)", "`[a](#b)` [a](https://a.b/#c)"),
            ("[a] [https://a.b](/c)", "\\[a] <https://a.b>"),
            ("^[a-z](.[a-z]+)$", "^[a-z](.\\[a-z]+)$"),
            ("![a](/b.png) [c](//d.e)", "a [c](//d.e)"),
            ("[a](ref:b) [c]({{% D %}}/e) [f](g.html#h) [i](j/k)", "a c f i"),
            ("[a](mailto:b@c.d) [e](f|g)", "[a](mailto:b@c.d) [e](f|g)"),
            ("[a]({{< relref \"/b#c[d]\" >}}), [`e`]({{< ref \"f\">}}).", "a, `e`."),
            ("[A#b]({{< relref \"c\" >}}) as [d\ne]({{< relref \"f\" >}}) g", "A#b as d e g"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn a_link_can_span_lines() {
        for (text, expected) in [
            ("- an [a\n  b](#c) d\n- e", "- an a b d\n- e"),
            ("[a](\n#b), [c\nd](/e)\nf", "a, c d\nf"),
            ("[a\nb](https://c.d)\ne", "[a b](https://c.d)\ne"),
            ("from [0\nto 1]\n\n(a)", "from \\[0\nto 1]\n\n(a)"),
            ("[a\n\nb](#c)", "\\[a\n\nb](#c)"),
            ("```text\n[a\nb](#c)\n```", "```text\n[a\nb](#c)\n```"),
            ("[a\r\nb](#c)\r\nd", "a b\nd"),
            ("[a\r\n\r\nb](#c)", "\\[a\n\nb](#c)"),
            ("```\r\na\r\n```\r\nb", "```text\na\n```\nb"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn code_ends_with_as_many_backticks_as_it_begins_with() {
        for (text, expected) in [
            ("`<T>` <T>", "`<T>` \\<T>"),
            ("`` a`<T> `` <T>", "`` a`<T> `` \\<T>"),
            ("` a``<T> ` [d]", "` a``<T> ` \\[d]"),
            ("``<T>\n<T>`` <T>", "``<T>\n<T>`` \\<T>"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn only_text_outside_of_blocks_of_code_is_escaped() {
        for (text, expected) in [
            ("```\n<T>\n```\n<T>", "```text\n<T>\n```\n\\<T>"),
            ("a\n\n    ```\n    x <T>\n    ```\n<T>", "a\n\n   ```text\n   x <T>\n   ```\n\\<T>"),
            ("1. ```\n   [A]\n   ```\n2. [B]", "1. ```text\n   [A]\n   ```\n2. \\[B]"),
            ("> ```\n> [A]\n\n[B]", "> ```text\n> [A]\n> ```\n\n\\[B]"),
            ("````\n```\n[A]\n````\n[B]", "````text\n```\n[A]\n````\n\\[B]"),
            ("~~~~\nlet x = <b>y</b>\n~~~~\n<T>", "````text\nlet x = <b>y</b>\n````\n\\<T>"),
            ("<p>```\n[A]\n```</p>", "```text\n[A]\n```\n"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn no_indent_starts_a_block_of_code() {
        for (text, expected) in [
            ("a\n\n    b", "a\n\n   b"),
            ("a\n\n\tb", "a\n\n   b"),
            ("-     a", "- a"),
            (">     a\n> -\t\tb", "> a\n> - b"),
            ("1.  a", "1.  a"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn the_docs_of_a_setter_begin_with_a_verb() {
        for (description, expected) in [
            (None, "Sets `size`."),
            (Some(""), "Sets `size`."),
            (Some("Whether it is large."), "Sets whether it is large."),
            (Some("The size in bytes."), "Sets `size`: the size in bytes."),
            (Some("Size in bytes."), "Sets `size`: Size in bytes."),
            (Some("- small\n- large"), "Sets `size`.\n\n- small\n- large"),
            (Some("1. small\n2. large"), "Sets `size`.\n\n1. small\n2. large"),
        ] {
            assert_eq!(sets("`size`", description), expected);
        }
    }
}
