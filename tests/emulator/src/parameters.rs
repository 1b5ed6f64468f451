//! Parsing and validation of request parameters.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::{
    error::ApiError,
    route::Captures,
    schema::Violation,
    spec::{Operation, Parameter},
};

// The vendor's page of error codes documents these three codes, each with the name of the parameter.
const INVALID_PATH: &str = "INVALID_PATH_PARAMETER";
const INVALID_QUERY: &str = "INVALID_QUERY_PARAMETER";
const MISSING_QUERY: &str = "MISSING_QUERY_PARAMETER";

/// The parameters of one request by name, including defaults.
#[derive(Debug, Default)]
pub(crate) struct Arguments(BTreeMap<String, Value>);

impl Arguments {
    /// Parses the parameters of a request. Fails with 400 if parameters are missing, unknown,
    /// invalid, or repeated although they are not lists. The error has the code for the first such
    /// parameter, and names all of them.
    pub(crate) fn read(
        operation: &Operation,
        captures: &Captures,
        query: Option<&str>,
    ) -> Result<Self, ApiError> {
        let query = pairs(query.unwrap_or_default());
        let mut invalid = Vec::new();
        let mut arguments = Self::default();
        for parameter in &operation.parameters {
            let texts = given(parameter, captures, &query);
            match value(parameter, &texts) {
                Ok(Some(value)) => _ = arguments.0.insert(parameter.name.clone(), value),
                Ok(None) => {}
                Err(description) => {
                    let violation = Violation { field: parameter.name.clone(), description };
                    invalid.push((code(parameter, &texts), violation));
                }
            }
        }
        invalid.extend(unknown(operation, &query).map(|violation| (INVALID_QUERY, violation)));
        match invalid.first() {
            Some(&(code, _)) => Err(error(code, invalid.into_iter().map(|(_, it)| it).collect())),
            None => Ok(arguments),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name)?.as_bool()
    }

    pub(crate) fn count(&self, name: &str) -> Option<usize> {
        self.0.get(name)?.as_u64()?.try_into().ok()
    }
}

/// Returns the decoded names and values of a query.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn unknown(operation: &Operation, query: &[(String, String)]) -> impl Iterator<Item = Violation> {
    let known = |name: &str| {
        operation.parameters.iter().any(|parameter| !parameter.in_path && parameter.name == name)
    };
    let unknown = query.iter().filter(move |(name, _)| !known(name));
    unknown.map(|(name, _)| Violation {
        field: name.clone(),
        description: "The query parameter is unknown.".to_owned(),
    })
}

/// Returns the error code for a parameter with invalid values.
const fn code(parameter: &Parameter, texts: &[&str]) -> &'static str {
    match (parameter.in_path, texts) {
        (true, _) => INVALID_PATH,
        (false, []) => MISSING_QUERY,
        (false, _) => INVALID_QUERY,
    }
}

fn error(code: &'static str, violations: Vec<Violation>) -> ApiError {
    let names = violations.iter().map(|violation| violation.field.as_str()).collect::<Vec<_>>();
    let detail = match names.as_slice() {
        [name] => format!("The parameter `{name}` is invalid."),
        names => format!("These parameters are invalid: `{}`.", names.join("`, `")),
    };
    let first = names.first().map(|name| (*name).to_owned());
    let error = ApiError::invalid(detail, violations).with_code(code);
    first.into_iter().fold(error, ApiError::parameter)
}

fn given<'a>(
    parameter: &Parameter,
    captures: &'a Captures,
    query: &'a [(String, String)],
) -> Vec<&'a str> {
    if parameter.in_path {
        return captures.get(&parameter.name).map(String::as_str).into_iter().collect();
    }
    let values = query.iter().filter(|(name, _)| *name == parameter.name);
    values.map(|(_, value)| value.as_str()).collect()
}

fn value(parameter: &Parameter, texts: &[&str]) -> Result<Option<Value>, String> {
    let value = match (parameter.kind.as_deref(), texts) {
        (_, []) if parameter.required => return Err("The parameter is required.".to_owned()),
        (_, []) => return Ok(parameter.default.clone()),
        (Some("array"), texts) => {
            texts.iter().map(|text| typed(parameter.item_kind.as_deref(), text)).collect()
        }
        (kind, [text]) => typed(kind, text),
        _ => return Err("The parameter must not be repeated.".to_owned()),
    };
    match parameter.schema.violations(&value).into_iter().next() {
        Some(Violation { description, .. }) => Err(description),
        None => Ok(Some(value)),
    }
}

/// Converts text to a value of the given JSON type. Text that is not a value of the type stays a
/// string, so that the validation against the schema reports the error.
fn typed(kind: Option<&str>, text: &str) -> Value {
    let read = match kind {
        Some("integer") => text.parse::<i64>().ok().map(Value::from),
        Some("number") => text.parse::<f64>().ok().map(Value::from),
        Some("boolean") => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    read.unwrap_or_else(|| text.into())
}
