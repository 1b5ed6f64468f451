//! Reads credentials and the base URL from environment variables.

use std::ffi::OsString;

use crate::credentials::{ALTERNATIVES, IS_OPTIONAL};
use crate::identity::BASE_URL_VARIABLE;
use crate::{Credentials, Error, base_url};

impl Credentials {
    /// Reads the credentials from environment variables. [The guide to credentials](crate::docs::credentials) lists the
    /// variables of each security scheme, and the alternatives: the combinations of schemes that the API accepts.
    ///
    /// Uses the first alternative whose variables are all set. An empty variable counts as absent.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if no alternative is complete, if the credentials cannot be used, or if a
    /// variable is not valid Unicode. The message names the variables.
    pub fn from_env() -> Result<Self, Error> {
        credentials(&|name| std::env::var_os(name))
    }
}

/// Returns the base URL, if its variable is set.
pub(crate) fn base_url(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Option<String>, Error> {
    let Some(value) = find(&lookup, BASE_URL_VARIABLE)? else { return Ok(None) };
    match base_url::parse(&value) {
        Ok(_) => Ok(Some(value)),
        Err(error) => Err(Error::config(format!("`{BASE_URL_VARIABLE}`: {error}"))),
    }
}

fn credentials(lookup: &dyn Fn(&str) -> Option<OsString>) -> Result<Credentials, Error> {
    let mut missing = Vec::new();
    for alternative in ALTERNATIVES {
        let mut whole = Credentials::none();
        let mut lacks = Vec::new();
        for scheme in *alternative {
            let mut values = Vec::new();
            for name in scheme.variables {
                match find(lookup, name)? {
                    Some(value) => values.push(value),
                    None => lacks.push(format!("`{name}`")),
                }
            }
            whole = whole.and(Credentials::of_variables(scheme, &values));
        }
        if lacks.is_empty() {
            let names = alternative.iter().flat_map(|it| it.variables);
            let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
            let named = |error| Error::config(format!("{}: {error}", names.join(" and ")));
            return whole.check().map_err(named).map(|()| whole);
        }
        missing.push(lacks.join(" and "));
    }
    if IS_OPTIONAL {
        return Ok(Credentials::none());
    }
    Err(Error::config(format!(
        "no credentials in the environment: set {}",
        missing.join(", or ")
    )))
}

/// Returns the value of a variable, or `None` if it is absent or empty.
fn find(lookup: &dyn Fn(&str) -> Option<OsString>, name: &str) -> Result<Option<String>, Error> {
    match lookup(name).filter(|it| !it.is_empty()).map(OsString::into_string) {
        None => Ok(None),
        Some(Ok(value)) => Ok(Some(value)),
        Some(Err(_)) => Err(Error::config(format!("`{name}` is not valid Unicode"))),
    }
}
