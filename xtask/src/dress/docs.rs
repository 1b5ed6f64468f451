//! Doc comments.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::Type;

use super::paths;
use crate::api::{About, Api};

/// How wide a line of text may be, so that with `/// ` and one indent it stays under 100 columns.
const WIDTH: usize = 90;

/// The text as doc attributes, wrapped.
pub(super) fn attributes(text: &str, api: &Api) -> TokenStream {
    let text = link_operations(&escape(text), api);
    let lines = wrap(&text);
    raw(&lines.join("\n"))
}

/// The text as doc attributes, line by line as it stands.
pub(super) fn raw(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| {
        let line = if line.is_empty() { String::new() } else { format!(" {line}") };
        quote!(#[doc = #line])
    });
    quote!(#(#lines)*)
}

/// What the document says of a model, or its name.
pub(super) fn of_model(name: &str, api: &Api) -> TokenStream {
    let description = api.models.get(name).and_then(|model| model.description.clone());
    attributes(&description.unwrap_or_else(|| format!("The schema `{name}`.")), api)
}

/// What there is to know of a value: what it means, what it may be, what stands for none. A value of
/// which the document says nothing means what its model means.
pub(super) fn of_value(name: &str, ty: &Type, about: &About, api: &Api) -> TokenStream {
    let model = paths::innermost(ty).and_then(|model| api.models.get(&model)?.description.clone());
    let meaning = about.description.clone().or(model);
    let mut paragraphs = vec![meaning.unwrap_or_else(|| format!("The value `{name}`."))];
    paragraphs.extend(bounds(about));
    attributes(&paragraphs.join("\n\n"), api)
}

/// The rules of a value, as a sentence.
fn bounds(about: &About) -> Option<String> {
    let rules = &about.rules;
    let number = |number: &serde_json::Number| number.to_string();
    let least = rules.minimum.as_ref().map(number);
    let most = rules.maximum.as_ref().map(number);
    let mut parts = Vec::new();
    parts.extend(span(least, most, ""));
    let text = |size: usize| size.to_string();
    parts.extend(span(rules.min_length.map(text), rules.max_length.map(text), " characters"));
    parts.extend(span(rules.min_items.map(text), rules.max_items.map(text), " items"));
    parts.extend(rules.pattern.as_ref().map(|pattern| format!("matches `{pattern}`")));
    let default = about.default.as_ref().filter(|default| !default.is_null());
    parts.extend(default.map(|default| format!("{} unless set", shown(default))));
    let sentence = parts.join(", ");
    let mut letters = sentence.chars();
    let first = letters.next()?;
    Some(format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

fn span(least: Option<String>, most: Option<String>, unit: &str) -> Option<String> {
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

/// Keeps rustdoc from reading markup where the text has none.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut in_code = false;
    for word in text.split_inclusive(char::is_whitespace) {
        in_code ^= word.matches('`').count() % 2 == 1;
        let bare = word.trim_end();
        let is_url = bare.starts_with("https://") || bare.starts_with("http://");
        if is_url && !in_code {
            let url = bare.trim_end_matches(['.', ',', ';', ')']);
            let rest = word.strip_prefix(url).unwrap_or_default();
            escaped.extend(["<", url, ">", rest]);
        } else {
            escaped.push_str(word);
        }
    }
    escaped
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
fn wrap(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
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
            flush(&mut paragraph, &mut lines);
            lines.push(line.trim_end().to_owned());
        } else {
            paragraph.push_str(line.trim());
            paragraph.push(' ');
        }
    }
    flush(&mut paragraph, &mut lines);
    lines
}

fn flush(paragraph: &mut String, lines: &mut Vec<String>) {
    let text = std::mem::take(paragraph);
    let options = textwrap::Options::new(WIDTH).break_words(false);
    if !text.is_empty() {
        lines.extend(
            textwrap::wrap(text.trim(), options).into_iter().map(|line| line.trim_end().to_owned()),
        );
    }
}
