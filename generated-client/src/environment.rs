//! The client's configuration in environment variables.

use std::ffi::OsString;

use crate::identity::BASE_URL_VARIABLE;
use crate::{Credentials, Error, base_url};

pub(crate) const CLIENT_ID: &str = "MONGODB_ATLAS_CLIENT_ID";
pub(crate) const CLIENT_SECRET: &str = "MONGODB_ATLAS_CLIENT_SECRET";
const ACCESS_TOKEN: &str = "MONGODB_ATLAS_ACCESS_TOKEN";
/// Some Atlas tools use the first name, others the second. The first name takes precedence.
const PUBLIC_KEY: [&str; 2] = ["MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY"];
const PRIVATE_KEY: [&str; 2] = ["MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY"];

/// An environment variable that is set.
struct Found {
    name: &'static str,
    /// The value, or the error if it is not valid Unicode.
    value: Result<String, Error>,
}

/// A set of variables, with its credentials or the error that names the missing or invalid variable.
struct Set {
    /// The variables that are set.
    names: Vec<&'static str>,
    credentials: Result<Credentials, Error>,
}

impl Credentials {
    /// Reads the credentials from environment variables. Uses the first of these sets in which at least one variable is
    /// set:
    ///
    /// 1. `MONGODB_ATLAS_ACCESS_TOKEN`
    /// 2. `MONGODB_ATLAS_CLIENT_ID` and `MONGODB_ATLAS_CLIENT_SECRET`
    /// 3. `MONGODB_ATLAS_PUBLIC_API_KEY` (or `MONGODB_ATLAS_PUBLIC_KEY`) and
    ///    `MONGODB_ATLAS_PRIVATE_API_KEY` (or `MONGODB_ATLAS_PRIVATE_KEY`)
    ///
    /// An empty variable is treated as absent. If more than one set is present, a warning (`tracing`) names the
    /// variables that are used and those that are ignored.
    ///
    /// # Errors
    /// Returns [`Error::Config`] if no set is present, or if the first set that is present is incomplete, invalid or
    /// not valid Unicode. The message names the variables.
    pub fn from_env() -> Result<Self, Error> {
        credentials(|name| std::env::var_os(name))
    }
}

/// Returns the base URL, if `lookup` returns a value for its variable.
pub(crate) fn base_url(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Option<String>, Error> {
    let Some(Found { name, value }) = find(&lookup, &[BASE_URL_VARIABLE]) else { return Ok(None) };
    let value = value?;
    match base_url::parse(&value) {
        Ok(_) => Ok(Some(value)),
        Err(error) => Err(Error::config(format!("`{name}`: {error}"))),
    }
}

/// Returns the credentials from the first set of variables for which `lookup` returns at least one value.
fn credentials(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Credentials, Error> {
    let token = find(&lookup, &[ACCESS_TOKEN]).map(|Found { name, value }| Set {
        names: vec![name],
        credentials: value.map(Credentials::access_token),
    });
    let account = pair(&lookup, &[CLIENT_ID], &[CLIENT_SECRET], Credentials::service_account);
    let key = pair(&lookup, &PUBLIC_KEY, &PRIVATE_KEY, Credentials::api_key);
    choose([token, account, key].into_iter().flatten())
}

fn pair(
    lookup: impl Fn(&str) -> Option<OsString>,
    names: &[&'static str],
    secrets: &[&'static str],
    make: impl Fn(String, String) -> Credentials,
) -> Option<Set> {
    match (find(&lookup, names), find(&lookup, secrets)) {
        (None, None) => None,
        (Some(Found { name, value }), Some(secret)) => Some(Set {
            names: vec![name, secret.name],
            credentials: value.and_then(|value| Ok(make(value, secret.value?))),
        }),
        (Some(found), None) => Some(incomplete(found, secrets)),
        (None, Some(found)) => Some(incomplete(found, names)),
    }
}

/// Checks and returns the credentials of the first set. Ignores errors in later sets.
fn choose(mut sets: impl Iterator<Item = Set>) -> Result<Credentials, Error> {
    let Set { names, credentials } = sets.next().ok_or_else(none_set)?;
    let credentials = credentials?;
    let used = listed(&names, " and ");
    credentials.check().map_err(|error| Error::config(format!("{used}: {error}")))?;
    let ignored: Vec<_> = sets.flat_map(|set| set.names).collect();
    if !ignored.is_empty() {
        let ignored = listed(&ignored, ", ");
        tracing::warn!("several credentials in the environment: using {used}, ignoring {ignored}");
    }
    Ok(credentials)
}

fn incomplete(Found { name, value }: Found, missing: &[&'static str]) -> Set {
    let missing = listed(missing, " (or ");
    let close = if missing.contains('(') { ")" } else { "" };
    let fault = format!("`{name}` is set, but {missing}{close} is not: set both or neither");
    Set { names: vec![name], credentials: value.and_then(|_| Err(Error::config(fault))) }
}

fn none_set() -> Error {
    let ([public, _], [private, _]) = (PUBLIC_KEY, PRIVATE_KEY);
    Error::config(format!(
        "no credentials in the environment: set `{CLIENT_ID}` and `{CLIENT_SECRET}` (service \
         account), `{ACCESS_TOKEN}` (access token), or `{public}` and `{private}` (API key)"
    ))
}

/// Returns the names in backticks, with `separator` between them.
fn listed(names: &[&str], separator: &str) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(separator)
}

/// Returns the first of `names` that is set and not empty.
fn find(lookup: impl Fn(&str) -> Option<OsString>, names: &[&'static str]) -> Option<Found> {
    let set = |name: &&'static str| Some((*name, lookup(name).filter(|it| !it.is_empty())?));
    let (name, value) = names.iter().find_map(set)?;
    let invalid = |_| Error::config(format!("`{name}` is not valid Unicode"));
    Some(Found { name, value: value.into_string().map_err(invalid) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        |name| variables.iter().find(|(given, _)| *given == name).map(|(_, value)| value.into())
    }

    fn chosen(variables: &[(&str, &str)]) -> String {
        format!("{:?}", credentials(lookup(variables)).unwrap())
    }

    fn fault(variables: &[(&str, &str)]) -> String {
        credentials(lookup(variables)).unwrap_err().to_string()
    }

    #[test]
    fn the_base_url_is_optional() {
        assert_eq!(base_url(lookup(&[])).unwrap(), None);
        assert_eq!(base_url(lookup(&[(BASE_URL_VARIABLE, "")])).unwrap(), None);
        let gov = lookup(&[(BASE_URL_VARIABLE, "https://cloud.mongodbgov.com")]);
        assert_eq!(base_url(gov).unwrap().as_deref(), Some("https://cloud.mongodbgov.com"));
    }

    #[test]
    fn an_error_about_the_base_url_names_its_variable() {
        let error =
            base_url(lookup(&[(BASE_URL_VARIABLE, "cloud.mongodb.com")])).unwrap_err().to_string();
        assert!(error.starts_with("`MONGODB_ATLAS_BASE_URL`: invalid base URL"), "{error}");
    }

    #[test]
    fn the_first_set_of_variables_is_used() {
        let all = [
            (ACCESS_TOKEN, "t"),
            (CLIENT_ID, "i"),
            (CLIENT_SECRET, "s"),
            ("MONGODB_ATLAS_PUBLIC_API_KEY", "p"),
            ("MONGODB_ATLAS_PRIVATE_KEY", "k"),
        ];
        assert_eq!(chosen(&all), "Credentials::AccessToken([redacted])");
        assert_eq!(chosen(&all[1..]), "Credentials::ServiceAccount([redacted])");
        assert_eq!(chosen(&all[3..]), "Credentials::ApiKey([redacted])");
        assert_eq!(
            chosen(&[("MONGODB_ATLAS_PUBLIC_KEY", "p"), ("MONGODB_ATLAS_PRIVATE_API_KEY", "k")]),
            "Credentials::ApiKey([redacted])"
        );
    }

    #[test]
    fn the_error_for_an_incomplete_pair_names_the_missing_variable() {
        for (given, missing) in [
            (CLIENT_ID, "`MONGODB_ATLAS_CLIENT_SECRET` is not"),
            (CLIENT_SECRET, "`MONGODB_ATLAS_CLIENT_ID` is not"),
            (
                "MONGODB_ATLAS_PUBLIC_KEY",
                "`MONGODB_ATLAS_PRIVATE_API_KEY` (or `MONGODB_ATLAS_PRIVATE_KEY`) is not",
            ),
            (
                "MONGODB_ATLAS_PRIVATE_API_KEY",
                "`MONGODB_ATLAS_PUBLIC_API_KEY` (or `MONGODB_ATLAS_PUBLIC_KEY`) is not",
            ),
        ] {
            let fault = fault(&[(given, "x")]);
            assert_eq!(fault, format!("`{given}` is set, but {missing}: set both or neither"));
        }
    }

    #[test]
    fn an_error_about_credentials_names_their_variables() {
        for (variables, expected) in [
            (&[(ACCESS_TOKEN, "a b")][..], "`MONGODB_ATLAS_ACCESS_TOKEN`: the access token has"),
            (
                &[(CLIENT_ID, "i"), (CLIENT_SECRET, "s\n")],
                "`MONGODB_ATLAS_CLIENT_ID` and `MONGODB_ATLAS_CLIENT_SECRET`: the client secret has",
            ),
            (
                &[(PUBLIC_KEY[1], "p:"), (PRIVATE_KEY[0], "k")],
                "`MONGODB_ATLAS_PUBLIC_KEY` and `MONGODB_ATLAS_PRIVATE_API_KEY`: the public key has",
            ),
        ] {
            let fault = fault(variables);
            assert!(fault.starts_with(expected), "{fault}");
        }
    }

    #[test]
    fn an_incomplete_set_after_a_complete_one_is_ignored() {
        let variables = [(ACCESS_TOKEN, "t"), (CLIENT_ID, "i")];
        assert_eq!(chosen(&variables), "Credentials::AccessToken([redacted])");
        let variables = [(CLIENT_ID, "i"), (PUBLIC_KEY[0], "p"), (PRIVATE_KEY[0], "k")];
        assert!(fault(&variables).starts_with("`MONGODB_ATLAS_CLIENT_ID` is set"));
    }

    #[test]
    fn without_variables_the_error_lists_them() {
        for variables in [&[][..], &[(ACCESS_TOKEN, ""), (CLIENT_ID, ""), (PUBLIC_KEY[1], "")]] {
            let fault = fault(variables);
            assert!(fault.starts_with("no credentials in the environment: set "), "{fault}");
            for name in [ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, PUBLIC_KEY[0], PRIVATE_KEY[0]] {
                assert!(fault.contains(&format!("`{name}`")), "{fault}");
            }
        }
    }

    #[test]
    fn a_service_account_in_the_variables_of_an_api_key_is_recognized() {
        let fault = fault(&[(PUBLIC_KEY[0], "mdb_sa_id_1"), (PRIVATE_KEY[0], "mdb_sa_sk_secret")]);
        assert!(fault.contains("`MONGODB_ATLAS_CLIENT_ID` and `MONGODB_ATLAS_CLIENT_SECRET`"));
        assert!(!fault.contains("mdb_sa_sk_secret"));
    }

    #[cfg(unix)]
    #[test]
    fn the_error_names_a_variable_that_is_not_unicode() {
        use std::os::unix::ffi::OsStringExt as _;

        let lookup = |name: &str| (name == CLIENT_ID).then(|| OsString::from_vec(vec![0xff]));
        let fault = credentials(lookup).unwrap_err().to_string();
        assert_eq!(fault, "`MONGODB_ATLAS_CLIENT_ID` is not valid Unicode");
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_unicode_is_ignored_in_a_later_set() {
        use std::os::unix::ffi::OsStringExt as _;

        for ignored in [CLIENT_ID, CLIENT_SECRET, PUBLIC_KEY[0], PRIVATE_KEY[1]] {
            let lookup = |name: &str| match name {
                ACCESS_TOKEN => Some("t".into()),
                _ => (name == ignored).then(|| OsString::from_vec(vec![0xff])),
            };
            let chosen = format!("{:?}", credentials(lookup).unwrap());
            assert_eq!(chosen, "Credentials::AccessToken([redacted])", "{ignored}");
        }
    }
}
