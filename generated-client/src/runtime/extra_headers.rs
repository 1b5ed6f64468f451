//! Headers that a caller adds to a request.

use std::fmt;

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST,
    HeaderMap, HeaderName, HeaderValue, PROXY_AUTHORIZATION, TRANSFER_ENCODING, USER_AGENT,
};

use super::{At, InvalidInput};

/// Headers that only the client or its credentials may set.
pub(crate) const RESERVED_HEADERS: [HeaderName; 11] = [
    ACCEPT,
    ACCEPT_ENCODING,
    AUTHORIZATION,
    CONNECTION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    COOKIE,
    HOST,
    PROXY_AUTHORIZATION,
    TRANSFER_ENCODING,
    USER_AGENT,
];

/// Checks that a caller may set the header `name`. The error quotes the name as `given` by the caller.
pub(crate) fn check_settable(name: &HeaderName, given: &str) -> Result<(), InvalidInput> {
    if RESERVED_HEADERS.contains(name) {
        let rule = "is a header that the client sets itself";
        return Err(InvalidInput::text(At::parameter("header"), given, rule));
    }
    Ok(())
}

/// Headers that a caller adds to a request, and the first error in them.
#[derive(Clone, Default)]
pub(crate) struct ExtraHeaders {
    headers: HeaderMap,
    fault: Option<InvalidInput>,
}

impl ExtraHeaders {
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        match parse(name, value) {
            Ok((name, value)) => {
                self.headers.append(name, value);
            }
            Err(fault) => {
                self.fault.get_or_insert(fault);
            }
        }
    }

    pub(super) fn into_parts(self) -> (HeaderMap, Option<InvalidInput>) {
        (self.headers, self.fault)
    }
}

/// Parses a header. Errors never show the value, because it may be a secret.
fn parse(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), InvalidInput> {
    let invalid = |rule: &str| InvalidInput::text(At::parameter("header"), name, rule);
    let parsed: HeaderName = name.parse().map_err(|_| invalid("is not a valid header name"))?;
    check_settable(&parsed, name)?;
    let value = HeaderValue::try_from(value).map_err(|_| {
        invalid("must not have a value with a line break or another control character")
    })?;
    Ok((parsed, value))
}

/// Shows only the names.
impl fmt::Debug for ExtraHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.headers.keys()).finish()
    }
}
