//! What is wrong with a body that is not the API's.

use std::fmt;

use crate::identity::API;

/// Why a body could not be understood, from the plainest fault on: the first that holds is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyProblem {
    /// There is none, or only white space.
    Empty,
    /// The connection closed before all of it was here, or its JSON ends early.
    CutOff,
    /// It cannot be decompressed.
    Corrupt,
    /// Its `Content-Encoding` is one that the client did not ask for: anything but gzip, and gzip
    /// too without the cargo feature `gzip`.
    ContentEncoding,
    /// It is a page for people, such as that of a proxy.
    Html,
    /// It claims a media type other than JSON.
    MediaType,
    /// It is no UTF-8, which JSON must be (RFC 8259, section 8.1).
    NotUtf8,
    /// It is no JSON.
    NotJson,
    /// It is JSON, but no error object of the API, although the status is that of an error.
    NotAnError,
    /// It is one of many pages of a list that goes on and on without a new item.
    EndlessList,
}

impl fmt::Display for BodyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NotAnError {
            return write!(f, "it is no error object of {API}");
        }
        f.write_str(match self {
            Self::Empty => "it is empty",
            Self::CutOff => "it is cut off",
            Self::Corrupt => "it is corrupt",
            Self::ContentEncoding => "its `Content-Encoding` was not asked for",
            Self::Html => "it is an HTML page",
            Self::MediaType => "its media type is not JSON",
            Self::NotUtf8 => "it is not UTF-8",
            Self::NotJson => "it is not JSON",
            Self::NotAnError => "it is no error object",
            Self::EndlessList => "the list does not end",
        })
    }
}
