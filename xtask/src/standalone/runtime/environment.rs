//! Reads credentials and the base URL from environment variables.

use std::collections::BTreeSet;
use std::ffi::OsString;

use crate::credentials::{ALTERNATIVES, IS_OPTIONAL, Scheme};
use crate::identity::BASE_URL_VARIABLE;
use crate::{Credentials, Error, base_url};

impl Credentials {
    /// Reads the credentials from environment variables. [The guide to credentials](crate::docs::credentials) lists the
    /// variables of each security scheme, and the alternatives: the combinations of schemes that the API accepts.
    ///
    /// Uses the first alternative whose variables are all set. An empty variable is treated as absent. If the API does
    /// not require credentials and no variable is set, returns [`Credentials::none`].
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if no alternative is complete, if the credentials cannot be used, or if one of their
    /// variables is not valid Unicode. The message names the variables.
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
    let (mut set, mut missing) = (BTreeSet::new(), Vec::new());
    for alternative in ALTERNATIVES {
        let names = || alternative.iter().flat_map(|scheme| scheme.variables);
        let (found, lacks): (Vec<&str>, Vec<&str>) = names().partition(|name| is_set(lookup, name));
        if lacks.is_empty() {
            return complete(lookup, alternative);
        }
        set.extend(found);
        missing.push(listed(lacks));
    }
    let missing = missing.join(", or ");
    if set.is_empty() && IS_OPTIONAL {
        return Ok(Credentials::none());
    }
    if set.is_empty() {
        return Err(Error::config(format!("no credentials in the environment: set {missing}")));
    }
    let set = listed(set);
    let none = if IS_OPTIONAL { format!(", or unset {set} to use no credentials") } else { String::new() };
    Err(Error::config(format!("incomplete credentials in the environment: found only {set}; set {missing}{none}")))
}

/// Returns the credentials of an alternative whose variables are all set.
fn complete(
    lookup: &dyn Fn(&str) -> Option<OsString>,
    alternative: &[&'static Scheme],
) -> Result<Credentials, Error> {
    let mut whole = Credentials::none();
    for scheme in alternative {
        let values = scheme.variables.iter().filter_map(|name| find(lookup, name).transpose());
        let values = values.collect::<Result<Vec<_>, _>>()?;
        whole = whole.and(Credentials::of_variables(scheme, &values));
    }
    let names = listed(alternative.iter().flat_map(|scheme| scheme.variables).copied());
    whole.check().map_err(|error| Error::config(format!("{names}: {error}")))?;
    Ok(whole)
}

/// Returns the names in backticks, with `and` between them.
fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

fn is_set(lookup: &dyn Fn(&str) -> Option<OsString>, name: &str) -> bool {
    lookup(name).is_some_and(|value| !value.is_empty())
}

/// Returns the value of a variable, or `None` if it is absent or empty.
fn find(lookup: &dyn Fn(&str) -> Option<OsString>, name: &str) -> Result<Option<String>, Error> {
    match lookup(name).filter(|it| !it.is_empty()).map(OsString::into_string) {
        None => Ok(None),
        Some(Ok(value)) => Ok(Some(value)),
        Some(Err(_)) => Err(Error::config(format!("`{name}` is not valid Unicode"))),
    }
}
