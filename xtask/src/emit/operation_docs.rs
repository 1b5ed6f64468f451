//! Emits the docs of an operation's method, and of `send`.

use proc_macro2::TokenStream;
use quote::quote;

use super::body;
use super::docs::{self, Links};
use super::example;
use super::wrap::{list_item, starts_block, wrap};
use crate::api::{Docs, Encoding, ErrorStatus, Operation, Successor, Type};

/// Emits the docs of the method that builds the request.
pub(super) fn of_method(operation: &Operation, links: &Links<'_>) -> TokenStream {
    let version = operation.version.as_ref().map(|it| format!(", resource version {it}"));
    let body = operation.body.as_ref().filter(|body| body.encoding != Encoding::Json);
    let body = body.map(|body| format!(", body `{}`", body.media_type));
    let feature = operation.feature.as_ref().map(|feature| format!(", feature `{feature}`"));
    let details: String = [version, body, feature].into_iter().flatten().collect();
    let address = format!("`{} {}`{details}", operation.method, operation.path);
    let role = match operation.roles.as_slice() {
        [] => String::new(),
        roles => format!(" Requires the role {}.", roles.join(" or ")),
    };
    let security = operation.security.as_deref().map(security).unwrap_or_default();
    let scopes = match operation.scopes.as_slice() {
        [] => String::new(),
        scopes => format!(" Scopes: `{}`.", scopes.join("`, `")),
    };
    let sentence = |text: &str| text.trim_end().trim_end_matches('.').to_owned();
    let summary = operation.summary.as_deref().map(sentence);
    let description = operation.description.as_deref().filter(|it| summary != Some(sentence(it)));
    let verb = if summary.is_none() && description.is_none() { "Sends " } else { "" };
    let base_url = operation.base_url.iter().map(|url| {
        format!(
            "By default, the client sends this operation to `{url}`. If you set a [base URL](crate::ClientBuilder::base_url), the client sends it there instead."
        )
    });
    let server = operation.server.iter().map(|url| match url.as_str() {
        "" => "The API serves this operation at the root of the host that serves the OpenAPI document. Call it with a client whose base URL has no path."
            .to_owned(),
        url => format!(
            "The API serves this operation at `{url}`. Call it with a client that has this base URL."
        ),
    });
    // The note of a deprecated method names the newest version.
    let successor = operation.successor.iter().filter(|_| !operation.deprecated).map(|newest| {
        let Successor { ident, version } = newest;
        format!(
            "[`{ident}`](crate::Client::{ident}) requests the newer resource version {version}."
        )
    });
    let described = summary.map(|it| it + ".").into_iter();
    let described = described.chain(description.map(|it| it.trim_end().to_owned()));
    // Each paragraph is converted separately, so that an unclosed code block contains no other
    // paragraph.
    let described = described.map(|it| docs::markdown(&it, links));
    let paragraphs = described.chain([format!("{verb}{address}.{role}{security}{scopes}")]);
    let paragraphs = paragraphs.chain(successor).chain(base_url).chain(server);
    let text = docs::own(&paragraphs.collect::<Vec<_>>().join("\n\n"));
    let arguments = argument_docs(operation, links);
    let example =
        docs::lines(&format!("\n# Example\n\n{}", example::of(operation, links.crate_ident())));
    quote!(#text #arguments #example)
}

/// Formats the credentials of an operation whose requirements differ from the document's.
fn security(alternatives: &[Vec<String>]) -> String {
    if alternatives.iter().all(Vec::is_empty) {
        return " Requires no credentials.".to_owned();
    }
    let is_optional = alternatives.iter().any(Vec::is_empty);
    let needed = alternatives.iter().filter(|it| !it.is_empty());
    let needed: Vec<String> = needed.map(|it| format!("`{}`", it.join("` and `"))).collect();
    let needed = needed.join(", or ");
    if is_optional {
        format!(" Can be called without credentials, or with {needed}.")
    } else {
        format!(" Requires the credentials {needed}.")
    }
}

/// Formats a section about the required parameters and the required body, if there are any.
fn argument_docs(operation: &Operation, links: &Links<'_>) -> Option<TokenStream> {
    let required = operation.params.iter().filter(|param| param.required);
    let params = required.map(|param| {
        let description = param.docs.description.as_deref().unwrap_or_default();
        let bounds = docs::bounds(&param.rules, &param.docs);
        argument(&param.ident, &docs::markdown(description, links), bounds)
    });
    let body = operation.body.iter().filter(|body| !body.optional).map(|body| {
        let description = body.description.as_deref().unwrap_or("The body of the request.");
        let description = body::with_note(docs::markdown(description, links), body);
        argument("body", &description, docs::bounds(&body.rules, &Docs::default()))
    });
    let arguments: String = params.chain(body).collect();
    (!arguments.is_empty()).then(|| docs::section(&format!("# Arguments\n\n{arguments}")))
}

/// Formats an argument as a list item: the first paragraph of its description with its bounds, and then, indented, the
/// rest of the description.
fn argument(name: &str, description: &str, bounds: Option<String>) -> String {
    let mut lines = description.trim().lines().peekable();
    let is_next =
        |line: &&str| !line.trim().is_empty() && !line.starts_with('|') && !starts_block(line);
    let first = std::iter::from_fn(|| lines.next_if(is_next)).map(|line| line.trim().to_owned());
    let text = first.chain(bounds).collect::<Vec<_>>().join(" ");
    let mut item = list_item(&format!("`{name}`{}{text}", if text.is_empty() { "" } else { ": " }));
    if lines.next_if(|line| line.trim().is_empty()).is_some() {
        item.push('\n');
    }
    for line in wrap(&lines.collect::<Vec<_>>().join("\n")).lines() {
        item.push_str(format!("  {line}").trim_end());
        item.push('\n');
    }
    item
}

/// Emits the docs of `send`.
pub(super) fn of_send(operation: &Operation, links: &Links<'_>) -> TokenStream {
    let mut text =
        "Sends the request.\n\n# Errors\n\nReturns [`Error::InvalidInput`] if a value breaks a \
                    rule; nothing is sent. Returns another [`Error`] if no usable response \
                    arrives, and [`Error::Api`] "
            .to_owned();
    let errors = &operation.errors;
    let is_bare = |it: &ErrorStatus| it.ty.is_none() && is_reason_phrase(&it.status, &it.meaning);
    if errors.is_empty() {
        text.push_str("if the server returns an error.");
    } else if errors.iter().all(is_bare) {
        let statuses: Vec<&str> = errors.iter().map(|error| error.status.as_str()).collect();
        let noun = if statuses.len() == 1 { "status" } else { "statuses" };
        text.extend(["for the ", noun, " ", &statuses.join(", "), "."]);
    } else {
        text.push_str("if the server returns an error:\n\n");
        text.extend(errors.iter().map(|error| {
            let (meaning, rows) = without_rows(&error.meaning);
            let meaning = docs::markdown(&meaning, links);
            let text = match error.ty.as_ref().map(error_body) {
                Some(body) if meaning.is_empty() => body,
                Some(body) if meaning.ends_with(['.', '!', '?', ':']) => {
                    format!("{meaning} {body}")
                }
                Some(body) => format!("{meaning}. {body}"),
                None => meaning,
            };
            let item = list_item(format!("{}: {text}", error.status).trim_end_matches(": "));
            let rows = rows.iter().map(|row| format!("  {}\n", docs::markdown(row, links)));
            item + &rows.collect::<String>()
        }));
    }
    docs::own(&text)
}

/// Returns the text before a list or a table on one line, and the items or rows, each on one line.
fn without_rows(text: &str) -> (String, Vec<String>) {
    let (mut before, mut rows) = (String::new(), Vec::<String>::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if ["- ", "* ", "|"].iter().any(|it| line.starts_with(it)) {
            rows.push(line.to_owned());
            continue;
        }
        let open = rows.last_mut().unwrap_or(&mut before);
        if !open.is_empty() {
            open.push(' ');
        }
        open.push_str(line);
    }
    (before, rows)
}

/// Returns a sentence that explains how to decode the body of an error.
fn error_body(ty: &Type) -> String {
    match ty {
        Type::Model(name) | Type::TypeUnion(name) => format!(
            "[`Error::decode`] returns the body as a \
             [`{name}`](crate::models::{name})."
        ),
        ty => format!("[`Error::decode`] returns the body as a `{ty}`."),
    }
}

/// Returns whether the meaning of an error is only the name of its HTTP status.
fn is_reason_phrase(status: &str, meaning: &str) -> bool {
    let status = status.parse::<http::StatusCode>().ok();
    let phrase = status.and_then(|status| status.canonical_reason());
    phrase.is_some_and(|phrase| phrase.eq_ignore_ascii_case(meaning.trim_end_matches('.')))
}

/// Returns the reason for the deprecation, if the operation is deprecated. Without a newer version or a sunset date,
/// the reason refers to the other method in the description, if there is exactly one.
pub(super) fn deprecation(operation: &Operation, links: &Links<'_>) -> Option<String> {
    let until =
        operation.sunset.as_ref().map(|date| format!("the server removes this version on {date}"));
    let instead = operation.successor.as_ref().map(|successor| {
        format!("use `{}` (resource version {})", successor.ident, successor.version)
    });
    let known: Vec<String> = until.into_iter().chain(instead).collect();
    let other = || links.only_method(operation.description.as_deref()?, &operation.ident);
    operation.deprecated.then(|| match (known.as_slice(), other()) {
        ([], None) => "the server may remove this operation".to_owned(),
        ([], Some(other)) => format!("the server may remove this operation; see `{other}`"),
        (known, _) => known.join("; "),
    })
}

#[cfg(test)]
mod tests {
    use super::argument;

    #[test]
    fn the_whole_description_of_an_argument_is_in_its_list_item() {
        for (description, bounds, expected) in [
            ("", None, "- `id`\n"),
            ("", Some("At most 3."), "- `id`: At most 3.\n"),
            ("The\nid.", Some("At most 3."), "- `id`: The id. At most 3.\n"),
            ("The id.\n\nIn\nfull.", None, "- `id`: The id.\n\n  In full.\n"),
            (
                "One of:\n- `a`\n- `b`\n\nOr\nnone.",
                None,
                "- `id`: One of:\n  - `a`\n  - `b`\n\n  Or none.\n",
            ),
            (
                "Such as:\n```text\na\nb\n```",
                None,
                "- `id`: Such as:\n  ```text\n  a\n  b\n  ```\n",
            ),
            (
                "| a |\n|---|\n| b |",
                Some("At most 3."),
                "- `id`: At most 3.\n  | a |\n  |---|\n  | b |\n",
            ),
        ] {
            assert_eq!(argument("id", description, bounds.map(str::to_owned)), expected);
        }
    }
}
