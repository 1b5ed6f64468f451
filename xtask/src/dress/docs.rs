//! Doc comments.

use std::cell::RefCell;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::api::{About, Api};
use crate::rust_type::Type;

/// How wide a line of text may be, so that with `/// ` and one indent it stays under 100 columns.
pub(super) const WIDTH: usize = 92;

/// What begins a doc comment that stands for one of [`Docs`], before its number: others begin with a
/// space.
pub(crate) const MARK: char = '=';

/// The doc comments of a file in the making. Its syntax holds their numbers alone: to write so much text
/// as tokens, and to read it back, would take longer than all else.
pub(super) struct Docs<'a> {
    pub(super) api: &'a Api,
    texts: RefCell<Vec<String>>,
}

impl<'a> Docs<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        Self { api, texts: RefCell::default() }
    }

    /// The texts, each under its number.
    pub(super) fn into_texts(self) -> Vec<String> {
        self.texts.into_inner()
    }

    /// A text of the document, wrapped.
    pub(super) fn of_text(&self, text: &str) -> TokenStream {
        self.wrapped(&link_operations(&escape(text), self.api))
    }

    /// A text of our own, wrapped.
    pub(super) fn wrapped(&self, text: &str) -> TokenStream {
        self.raw(wrap(text))
    }

    /// The text line by line as it stands.
    pub(super) fn raw(&self, text: String) -> TokenStream {
        let mut texts = self.texts.borrow_mut();
        let mark = format!("{MARK}{}", texts.len());
        texts.push(text);
        quote!(#[doc = #mark])
    }

    /// What the document says of a model, or its name.
    pub(super) fn of_model(&self, name: &str) -> TokenStream {
        let description = self.api.models.get(name).and_then(|model| model.description.clone());
        self.of_text(&description.unwrap_or_else(|| format!("The schema `{name}`.")))
    }

    /// What there is to know of a value: what it means, what it may be, what stands for none. A value of
    /// which the document says nothing means what its model means.
    pub(super) fn of_value(&self, name: &str, ty: &Type, about: &About) -> TokenStream {
        let models = &self.api.models;
        let model = ty.innermost().and_then(|model| models.get(model)?.description.clone());
        let meaning = about.description.clone().or(model);
        let mut text = meaning.unwrap_or_else(|| format!("The value `{name}`."));
        if let Some(bounds) = bounds(about) {
            let is_sentence = text.trim_end().ends_with('.') && !text.contains('\n');
            text = format!("{}{}{bounds}", text.trim_end(), if is_sentence { " " } else { "\n\n" });
        }
        let text = link_operations(&escape(&text), self.api);
        let more = if about.is_shortened { " [More](crate::operations)." } else { "" };
        self.wrapped(&format!("{text}{more}"))
    }
}

/// A section on the parameters that many operations have, if there are any.
pub(super) fn of_common(api: &Api) -> String {
    let parameters = api.common.iter().map(|(name, text)| {
        let text = link_operations(&escape(text), api);
        format!("\n\n`{name}`: {text}")
    });
    let parameters: String = parameters.collect();
    if parameters.is_empty() {
        return parameters;
    }
    wrap(&format!("# Parameters of many operations{parameters}"))
}

/// The rules of a value, as a sentence.
fn bounds(about: &About) -> Option<String> {
    let rules = &about.rules;
    let number = |number: &serde_json::Number| number.to_string();
    let least = rules.minimum.as_ref().map(number);
    let most = rules.maximum.as_ref().map(number);
    let mut parts = Vec::new();
    if rules.exclusive_minimum || rules.exclusive_maximum {
        parts.extend(least.map(|it| beyond(&it, rules.exclusive_minimum, "more than", "at least")));
        parts.extend(most.map(|it| beyond(&it, rules.exclusive_maximum, "less than", "at most")));
    } else {
        parts.extend(span(least, most, ""));
    }
    let text = |size: usize| size.to_string();
    parts.extend(span(rules.min_length.map(text), rules.max_length.map(text), " character"));
    parts.extend(span(rules.min_items.map(text), rules.max_items.map(text), " item"));
    parts.extend(rules.pattern.as_ref().map(|pattern| format!("matches `{pattern}`")));
    let default = about.default.as_ref().filter(|default| !default.is_null());
    parts.extend(default.map(|default| format!("{} unless set", shown(default))));
    let sentence = parts.join(", ");
    let mut letters = sentence.chars();
    let first = letters.next()?;
    Some(format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

fn beyond(bound: &str, is_exclusive: bool, exclusive: &str, inclusive: &str) -> String {
    format!("{} {bound}", if is_exclusive { exclusive } else { inclusive })
}

fn span(least: Option<String>, most: Option<String>, unit: &str) -> Option<String> {
    let is_one = most.as_ref().or(least.as_ref()).is_some_and(|count| count == "1");
    let unit = if unit.is_empty() || is_one { unit.to_owned() } else { format!("{unit}s") };
    match (least, most) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
        (Some(least), None) => Some(format!("at least {least}{unit}")),
        (None, Some(most)) => Some(format!("at most {most}{unit}")),
        (None, None) => None,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

/// Keeps rustdoc from reading markup where the text has none: of Markdown it takes more than the
/// descriptions of an API mean.
pub(super) fn escape(text: &str) -> String {
    let mut lines = Vec::new();
    let (mut in_fence, mut in_code) = (false, false);
    for line in text.lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            in_fence ^= true;
            // A fence without a language would be compiled as Rust.
            let is_bare = in_fence && language.trim().is_empty();
            lines.push(if is_bare { format!("{line}text") } else { line.to_owned() });
        } else if in_fence {
            lines.push(line.to_owned());
        } else {
            lines.push(escape_line(line, &mut in_code));
        }
    }
    lines.join("\n")
}

/// Escapes what begins a tag or a link to an item, and marks URLs as links.
fn escape_line(line: &str, in_code: &mut bool) -> String {
    // Four spaces would begin a block of code.
    let indent = line.len() - line.trim_start().len();
    let mut rest = line.get(indent.saturating_sub(3)..).unwrap_or(line);
    let mut escaped = String::with_capacity(line.len());
    while let Some(start) = rest.find(['`', '<', '[', 'h']) {
        let (plain, from) = rest.split_at(start);
        escaped.push_str(plain);
        let url = if *in_code { None } else { url(from) };
        let (head, tail) = from.split_at(url.map_or(1, str::len));
        *in_code ^= head == "`";
        match (url, head) {
            (Some(url), _) if escaped.ends_with(['<', '(']) => escaped.push_str(url),
            (Some(url), _) => escaped.extend(["<", url, ">"]),
            (None, "<") if !*in_code && !tail.starts_with("http") => escaped.push_str("\\<"),
            (None, "[") if !*in_code && !is_link(tail) => escaped.push_str("\\["),
            _ => escaped.push_str(head),
        }
        rest = tail;
    }
    escaped.push_str(rest);
    escaped
}

/// The URL that the text begins with, without the punctuation of the sentence around it.
fn url(text: &str) -> Option<&str> {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return None;
    }
    let end = text.find(|it: char| it.is_whitespace() || "<>)`\"".contains(it));
    let url = text.get(..end.unwrap_or(text.len()))?;
    Some(url.trim_end_matches(['.', ',', ';', ':']))
}

/// Whether the text goes on as `TEXT](URL)`.
fn is_link(text: &str) -> bool {
    text.split_once(']').is_some_and(|(label, rest)| !label.contains('[') && rest.starts_with('('))
}

/// Makes `` `operationId` `` a link to the method.
fn link_operations(text: &str, api: &Api) -> String {
    let mut linked = String::with_capacity(text.len());
    for (index, part) in text.split('`').enumerate() {
        let is_code = index % 2 == 1;
        match api.methods.get(part).filter(|_| is_code) {
            Some(name) => linked.extend(["[`", name, "`](crate::Client::", name, ")"]),
            None if is_code => linked.extend(["`", part, "`"]),
            None => linked.push_str(part),
        }
    }
    linked
}

/// Breaks paragraphs into lines; lists and code keep theirs.
fn wrap(text: &str) -> String {
    let mut blocks: Vec<String> = Vec::new();
    let mut paragraph = String::new();
    let mut in_code = false;
    for line in text.trim().lines() {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        let stands_alone = in_code
            || fence
            || line.trim().is_empty()
            || line.starts_with(['-', '*', '|', '#', ' ']);
        if stands_alone {
            flush(&mut paragraph, &mut blocks);
            blocks.push(line.trim_end().to_owned());
        } else {
            paragraph.push_str(line.trim());
            paragraph.push(' ');
        }
    }
    flush(&mut paragraph, &mut blocks);
    blocks.join("\n")
}

fn flush(paragraph: &mut String, blocks: &mut Vec<String>) {
    let text = std::mem::take(paragraph);
    let options = textwrap::Options::new(WIDTH).break_words(false);
    if !text.is_empty() {
        blocks.push(textwrap::fill(text.trim(), options));
    }
}
