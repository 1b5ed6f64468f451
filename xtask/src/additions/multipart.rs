//! Request bodies with the media type `multipart/form-data` (RFC 7578).

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use futures_util::{FutureExt as _, TryStreamExt as _, future};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::multipart;
use serde::Serialize;
use serde_json::Value;

use super::{At, Content, InvalidInput, ParameterValue, Request, Upload};

/// The parts of a `multipart/form-data` body, in order.
#[derive(Debug, Clone, Default)]
pub struct Form {
    parts: Vec<(Cow<'static, str>, Part)>,
    fault: Option<InvalidInput>,
}

#[derive(Clone)]
enum Part {
    Text(String),
    Json(String),
    File(Upload),
}

/// Shows only the lengths of text and JSON, whose contents may be secret.
impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Json(json) => write!(f, "Json({} bytes)", json.len()),
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
        self.part(name.into(), Part::Text(text.into()))
    }

    /// Adds a value as a JSON part. Skips a value that serializes as `null`, such as `None`.
    #[must_use]
    pub fn json(mut self, name: impl Into<Cow<'static, str>>, value: &impl Serialize) -> Self {
        let name = name.into();
        match serde_json::to_string(value) {
            Ok(json) if json == "null" => self,
            Ok(json) => self.part(name, Part::Json(json)),
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
        value.each(&mut |text| self.parts.push((name.into(), Part::Text(text.to_owned()))));
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
        let mut form = multipart::Form::new();
        for (name, part) in &self.parts {
            form = form.part(name.clone().into_owned(), part.to_http(name)?);
        }
        let media_type = format!("multipart/form-data; boundary={}", form.boundary());
        let media_type = HeaderValue::try_from(media_type);
        let invalid = |error: &dyn Error| InvalidInput::unreadable(At::BODY, &error.to_string());
        request.headers_mut().insert(CONTENT_TYPE, media_type.map_err(|error| invalid(&error))?);
        let stream = form.into_stream();
        *request.body_mut() = Some(if self.is_repeatable() {
            // All contents are in memory, so the length of the body is known.
            let bytes = stream.try_fold(Vec::new(), |mut bytes, chunk| {
                bytes.extend_from_slice(&chunk);
                future::ready(Ok(bytes))
            });
            let bytes = bytes.now_or_never().unwrap_or_else(|| Ok(Vec::new()));
            bytes.map_err(|error| invalid(&error))?.into()
        } else {
            reqwest::Body::wrap_stream(stream)
        });
        Ok(request)
    }

    fn is_repeatable(&self) -> bool {
        self.parts.iter().all(|(_, part)| match part {
            Part::File(file) => file.is_repeatable(),
            Part::Text(_) | Part::Json(_) => true,
        })
    }
}

impl Part {
    fn to_http(&self, name: &str) -> Result<multipart::Part, InvalidInput> {
        let at = At::parameter(name);
        let (part, media_type) = match self {
            // Servers read text without a media type as `text/plain`.
            Self::Text(text) => return Ok(multipart::Part::text(text.clone())),
            Self::Json(json) => (multipart::Part::text(json.clone()), "application/json"),
            Self::File(file) => {
                let body = file.body(at)?;
                let part = match file.len() {
                    Some(length) => multipart::Part::stream_with_length(body, length),
                    None => multipart::Part::stream(body),
                };
                let part = part.file_name(file.name().unwrap_or(name).to_owned());
                (part, file.media_type().unwrap_or("application/octet-stream"))
            }
        };
        let rule = "is not a media type: write it like `image/png`";
        part.mime_str(media_type).map_err(|_| InvalidInput::text(at, media_type, rule))
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
