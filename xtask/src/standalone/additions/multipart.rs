//! Request bodies with the media type `multipart/form-data` (RFC 7578).

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use reqwest::Body;
use reqwest::header::CONTENT_TYPE;
use serde::Serialize;
use serde_json::Value;

use super::upload::{self, DEFAULT_MEDIA_TYPE};
use super::{At, Content, InvalidInput, ParameterValue, Request, Upload};

/// The parts of a `multipart/form-data` body, in order.
#[derive(Debug, Clone, Default)]
pub struct Form {
    parts: Vec<(Cow<'static, str>, Part)>,
    fault: Option<InvalidInput>,
}

#[derive(Clone)]
enum Part {
    /// Text or JSON, with its media type. A part without a media type is `text/plain` (RFC 7578, section 4.4).
    Text(String, Option<&'static str>),
    File(Upload),
}

/// Shows only the lengths of text and JSON, whose contents may be secret.
impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text, _) => write!(f, "Text({} bytes)", text.len()),
            Self::File(file) => file.fmt(f),
        }
    }
}

impl Form {
    /// Creates a form without parts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part with plain text.
    #[must_use]
    pub fn text(self, name: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        self.part(name.into(), Part::Text(text.into(), None))
    }

    /// Adds a value as a JSON part. Skips a value that serializes as `null`, such as `None`.
    #[must_use]
    pub fn json(mut self, name: impl Into<Cow<'static, str>>, value: &impl Serialize) -> Self {
        let name = name.into();
        match serde_json::to_string(value) {
            Ok(json) if json == "null" => self,
            Ok(json) => self.part(name, Part::Text(json, Some("application/json"))),
            Err(error) => {
                let rule = format!("must be JSON: {error}");
                self.fault
                    .get_or_insert_with(|| InvalidInput::unreadable(At::parameter(&name), &rule));
                self
            }
        }
    }

    /// Adds a file.
    #[must_use]
    pub fn file(self, name: impl Into<Cow<'static, str>>, file: impl Into<Upload>) -> Self {
        self.part(name.into(), Part::File(file.into()))
    }

    /// Adds a text part for each value: none for `None`, and one for each item of a list.
    pub(crate) fn values(mut self, name: &'static str, value: impl ParameterValue) -> Self {
        value.each(&mut |text| self.parts.push((name.into(), Part::Text(text.to_owned(), None))));
        self.fault = self.fault.or_else(|| value.fault().cloned());
        self
    }

    /// Adds a value. A string, a number or a boolean becomes a text part, and a list of these becomes a text part for
    /// each item. Any other value becomes a JSON part. Skips `null`.
    pub(crate) fn value(self, name: &'static str, value: &impl Serialize) -> Self {
        let json = serde_json::to_value(value).unwrap_or_default();
        let items = match &json {
            Value::Array(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        let texts: Option<Vec<String>> = items.iter().map(text).collect();
        match texts {
            Some(texts) => texts.into_iter().fold(self, |form, it| form.text(name, it)),
            None => self.json(name, value),
        }
    }

    /// Sets the media type of the text and JSON parts with this name.
    pub(crate) fn content_type(mut self, name: &str, media_type: &'static str) -> Self {
        for (_, part) in self.parts.iter_mut().filter(|(known, _)| known == name) {
            if let Part::Text(_, own) = part {
                *own = Some(media_type);
            }
        }
        self
    }

    /// Adds files. `media_type` applies to files without a media type of their own.
    pub(crate) fn files(
        self,
        name: &'static str,
        media_type: Option<&'static str>,
        files: impl IntoIterator<Item = Upload>,
    ) -> Self {
        files.into_iter().fold(self, |form, file| {
            let media_type = media_type.filter(|_| file.media_type().is_none());
            form.file(
                name,
                match media_type {
                    Some(media_type) => file.content_type(media_type),
                    None => file,
                },
            )
        })
    }

    fn part(mut self, name: Cow<'static, str>, part: Part) -> Self {
        self.parts.push((name, part));
        self
    }
}

impl Request {
    pub(crate) fn multipart(self, mut form: Form) -> Self {
        let fault = form.fault.take();
        self.content(form).note(fault)
    }
}

impl Content for Form {
    fn attach(&self, mut request: reqwest::Request) -> Result<reqwest::Request, InvalidInput> {
        let boundary = boundary()?;
        let mut bodies = VecDeque::new();
        for (name, part) in &self.parts {
            bodies.push_back(format!("--{boundary}\r\n{}\r\n\r\n", part.headers(name)?).into());
            bodies.push_back(part.body(name)?);
            bodies.push_back("\r\n".into());
        }
        bodies.push_back(format!("--{boundary}--\r\n").into());
        let media_type = format!("multipart/form-data; boundary={boundary}");
        let media_type = upload::media_type(At::BODY, &media_type)?;
        request.headers_mut().insert(CONTENT_TYPE, media_type);
        let in_memory: Option<Vec<&[u8]>> = bodies.iter().map(Body::as_bytes).collect();
        *request.body_mut() = Some(match in_memory {
            Some(bytes) => bytes.concat().into(),
            None => Body::wrap(Chain(bodies)),
        });
        Ok(request)
    }

    fn is_repeatable(&self) -> bool {
        self.parts.iter().all(|(_, part)| match part {
            Part::File(file) => file.is_repeatable(),
            Part::Text(..) => true,
        })
    }
}

impl Part {
    fn headers(&self, name: &str) -> Result<String, InvalidInput> {
        let disposition = format!("Content-Disposition: form-data; name=\"{}\"", quoted(name));
        Ok(match self {
            Self::Text(_, None) => disposition,
            Self::Text(_, Some(media_type)) => format!("{disposition}\r\nContent-Type: {media_type}"),
            Self::File(file) => {
                let media_type = file.media_type().unwrap_or(DEFAULT_MEDIA_TYPE);
                upload::media_type(At::parameter(name), media_type)?;
                let file_name = quoted(file.name().unwrap_or(name));
                format!("{disposition}; filename=\"{file_name}\"\r\nContent-Type: {media_type}")
            }
        })
    }

    fn body(&self, name: &str) -> Result<Body, InvalidInput> {
        match self {
            Self::Text(text, _) => Ok(text.clone().into()),
            Self::File(file) => file.body(At::parameter(name)),
        }
    }
}

/// Returns a random boundary of 128 bits. The probability that a part contains this boundary is negligible.
fn boundary() -> Result<String, InvalidInput> {
    let random = || {
        getrandom::u64().map_err(|error| {
            let rule = format!("needs random numbers for the boundary of the form: {error}");
            InvalidInput::unreadable(At::BODY, &rule)
        })
    };
    Ok(format!("{:016x}{:016x}", random()?, random()?))
}

/// Escapes a name for a quoted string. RFC 7578 (section 4.2) does not allow `filename*`, so non-ASCII characters are
/// sent as UTF-8. A line break would end the header, so it is percent-encoded, as in browsers.
fn quoted(name: &str) -> String {
    let name = name.replace('\\', "\\\\").replace('"', "\\\"");
    name.replace('\r', "%0D").replace('\n', "%0A")
}

/// Bodies that are sent one after the other.
struct Chain(VecDeque<Body>);

impl http_body::Body for Chain {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        while let Some(body) = self.0.front_mut() {
            if let Some(frame) = ready!(Pin::new(body).poll_frame(context)) {
                return Poll::Ready(Some(frame));
            }
            self.0.pop_front();
        }
        Poll::Ready(None)
    }

    /// Returns the length if it is known, so that the request has a `Content-Length`.
    fn size_hint(&self) -> SizeHint {
        let length: Option<u64> = self.0.iter().map(|body| body.size_hint().exact()).sum();
        length.map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

/// Returns the text of a string, a number or a boolean.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
