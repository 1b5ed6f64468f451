//! Problems with unexpected bodies.

use std::fmt;

use crate::identity::API;

/// The problem with an unexpected body. If a body has several problems, only one is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyProblem {
    /// The body is empty or contains only white space.
    Empty,
    /// The body did not arrive completely, or the JSON is truncated.
    CutOff,
    /// The body cannot be decompressed.
    Corrupt,
    /// The `Content-Encoding` is unexpected: anything but `gzip` and `identity`, or `gzip` without the
    /// `gzip` feature.
    ContentEncoding,
    /// The body is an HTML page, for example from a proxy.
    Html,
    /// Neither the body nor its media type is JSON. The client decodes JSON with any media type except HTML.
    MediaType,
    /// The body is not UTF-8. JSON must be UTF-8 (RFC 8259, section 8.1). The client reads text as ISO 8859-1 if the
    /// `charset` in its media type says so, and otherwise only as UTF-8.
    NotUtf8,
    /// The body is not JSON.
    NotJson,
    /// The status indicates an error, and the body is JSON but not an error object from the API. This variant also
    /// covers a body of more than 1 MiB, which the client does not read as JSON.
    NotAnError,
    /// The page belongs to a list that continues without new items or leads back to earlier pages.
    EndlessList,
}

impl fmt::Display for BodyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it is empty",
            Self::CutOff => "it is cut off",
            Self::Corrupt => "it is corrupt",
            Self::ContentEncoding => "its `Content-Encoding` is unexpected",
            Self::Html => "it is an HTML page",
            Self::MediaType => "its media type is not JSON",
            Self::NotUtf8 => "it is not UTF-8",
            Self::NotJson => "it is not JSON",
            Self::NotAnError => return write!(f, "it is not an error object from {API}"),
            Self::EndlessList => "the list does not end",
        })
    }
}
