//! What the environment says about the server and the caller.

use std::ffi::OsString;

use crate::{Client, Credentials, Error};

const ACCESS_TOKEN: &str = "MONGODB_ATLAS_ACCESS_TOKEN";
const BASE_URL: &str = "MONGODB_ATLAS_BASE_URL";

/// The base URL and the credentials, from the variables that `lookup` gives.
pub(crate) fn read(
    lookup: impl Fn(&str) -> Option<OsString>,
) -> Result<(String, Credentials), Error> {
    let base_url = variable(&lookup, BASE_URL)?.unwrap_or_else(|| Client::DEFAULT_BASE_URL.into());
    let token = variable(&lookup, ACCESS_TOKEN)?.ok_or_else(|| {
        Error::config(format!("{ACCESS_TOKEN} is not set: give it an access token of Atlas"))
    })?;
    Ok((base_url, Credentials::access_token(token)))
}

fn variable(
    lookup: impl Fn(&str) -> Option<OsString>,
    name: &str,
) -> Result<Option<String>, Error> {
    lookup(name)
        .filter(|value| !value.is_empty())
        .map(|value| {
            value.into_string().map_err(|_| Error::config(format!("{name} is not Unicode text")))
        })
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_from(variables: &[(&str, &str)]) -> Result<(String, Credentials), Error> {
        read(|name| {
            variables.iter().find(|(given, _)| *given == name).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_base_url_has_a_default() {
        let (base_url, _) = read_from(&[(ACCESS_TOKEN, "t")]).unwrap();
        assert_eq!(base_url, Client::DEFAULT_BASE_URL);
        let (base_url, _) =
            read_from(&[(ACCESS_TOKEN, "t"), (BASE_URL, "http://localhost")]).unwrap();
        assert_eq!(base_url, "http://localhost");
    }

    #[test]
    fn a_missing_or_empty_token_is_named() {
        for variables in [&[][..], &[(ACCESS_TOKEN, "")]] {
            let error = read_from(variables).unwrap_err().to_string();
            assert!(error.contains("MONGODB_ATLAS_ACCESS_TOKEN is not set"), "{error}");
        }
    }
}
