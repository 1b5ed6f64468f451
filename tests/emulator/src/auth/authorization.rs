//! The parser of the `Authorization` header, for the schemes that Atlas accepts.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use percent_encoding::percent_decode_str;

use super::{Pair, text};

/// The credentials in a request.
#[derive(Debug)]
pub(crate) enum Authorization<'a> {
    /// The bearer token (RFC 6750, section 2.1).
    Bearer(&'a str),
    /// The client id and the secret (RFC 7617). Atlas does not percent-decode them, although RFC 6749, section 2.3.1,
    /// requires this. Atlas therefore rejects `mdb%5Fsa%5Fid`.
    Basic(Pair),
    /// The parameters of the response to a challenge, by name (RFC 7616, section 3.4).
    Digest(BTreeMap<String, String>),
}

impl<'a> Authorization<'a> {
    pub(crate) fn read(headers: &'a HeaderMap) -> Result<Self, String> {
        let value = text(headers, &header::AUTHORIZATION)
            .ok_or("The `Authorization` header is missing or not ASCII.")?;
        let (scheme, given) = value
            .split_once(' ')
            .ok_or("The `Authorization` header needs a scheme and a value.")?;
        match scheme.to_ascii_lowercase().as_str() {
            "bearer" => Ok(Self::Bearer(given.trim())),
            "basic" => basic(given.trim()).map(Self::Basic),
            "digest" => parameters(given).map(Self::Digest),
            _ => Err(format!("The scheme `{scheme}` is unknown.")),
        }
    }
}

fn basic(text: &str) -> Result<Pair, String> {
    let pair = BASE64_STANDARD
        .decode(text)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or("The Basic credentials are not base64-encoded UTF-8 text.")?;
    let (name, secret) = pair.split_once(':').ok_or("The Basic credentials have no colon.")?;
    Ok(Pair::new(name, secret))
}

/// Parses `name=token, name="quoted \" text"` (RFC 9110, section 11.4).
fn parameters(mut text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    loop {
        text = text.trim_start_matches([' ', '\t', ',']);
        if text.is_empty() {
            return Ok(found);
        }
        let (name, rest) = text.split_once('=').ok_or("A Digest parameter has no value.")?;
        let (value, rest) = rest.strip_prefix('"').map_or_else(|| Ok(token(rest)), quoted)?;
        // `username*` contains a user name with non-ASCII characters (RFC 7616, section 3.4).
        let (name, value) = match (name.trim(), value.strip_prefix("UTF-8''")) {
            ("username*", Some(value)) => ("username", decoded(value)?),
            (name, _) => (name, value),
        };
        if found.insert(name.to_ascii_lowercase(), value).is_some() {
            return Err(format!("The Digest parameter `{name}` is repeated."));
        }
        text = rest;
    }
}

/// Splits the text at the next separator. Returns the token and the remaining text.
fn token(text: &str) -> (String, &str) {
    let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
    let (value, rest) = text.split_at(end);
    (value.to_owned(), rest)
}

/// Parses a string up to its closing quote. Returns the unescaped string and the remaining text.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return Ok((value, characters.as_str())),
            '\\' => value.extend(characters.next()),
            character => value.push(character),
        }
    }
    Err("A quoted string in the Digest credentials has no closing quote.".to_owned())
}

fn decoded(text: &str) -> Result<String, String> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| {
        format!("The Digest parameter `username*` is not percent-encoded UTF-8: `{text}`.")
    })
}
