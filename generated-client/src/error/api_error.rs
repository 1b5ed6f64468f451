//! Error objects from the API.

use std::fmt;

use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::received::Received;
use crate::text::{EXCERPT, one_line};

/// An error object from the API.
///
/// A part with an undocumented form is left out, so that it does not hide the rest of the error. If the response has no
/// body, the error has only the HTTP status and, if there is an `X-Error-Code` header, its code.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApiError {
    /// The HTTP status.
    #[serde(default, deserialize_with = "tolerant")]
    pub error: i32,

    /// The error code, such as `RESOURCE_NOT_FOUND`. Error codes are stable, so programs can compare them. Some errors
    /// have no code.
    #[serde(
        rename = "errorCode",
        default,
        deserialize_with = "tolerant",
        skip_serializing_if = "Option::is_none"
    )]
    pub error_code: Option<String>,

    /// A human-readable description.
    #[serde(default, deserialize_with = "tolerant", skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,

    /// The reason phrase of the HTTP status.
    #[serde(default, deserialize_with = "tolerant", skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,

    /// The values that `detail` mentions, as arbitrary JSON.
    #[serde(default, deserialize_with = "tolerant", skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Value>,

    /// The invalid fields of the request, if the server names them.
    #[serde(
        rename = "badRequestDetail",
        default,
        deserialize_with = "tolerant",
        skip_serializing_if = "Option::is_none"
    )]
    pub bad_request_detail: Option<BadRequestDetail>,
}

impl ApiError {
    /// Decodes an error object. Returns `None` unless `body` has an integer `error` or a string `errorCode`.
    pub(crate) fn read(body: &Value, status: StatusCode) -> Option<Self> {
        let has_status = body.get("error").is_some_and(Value::is_i64);
        let has_code = body.get("errorCode").is_some_and(Value::is_string);
        if !has_status && !has_code {
            return None;
        }
        let mut error = Self::deserialize(body).ok()?;
        if !has_status {
            error.error = status.as_u16().into();
        }
        Some(error)
    }

    /// Reads an error from an API whose error objects `ApiError` does not describe. Looks for the code and the message
    /// under common names: in `error`, in the body, and in the first item of `errors`. If there is no message, the
    /// start of the body becomes the detail. Callers can decode other values with
    /// [`Error::decode`](crate::Error::decode).
    pub(crate) fn of_other_api(body: &Value, status: StatusCode) -> Self {
        let nested = body.get("error");
        let first = body.get("errors").and_then(|it| it.get(0));
        let mut objects = [nested, Some(body), first].into_iter().flatten();
        let (described, message) = objects.find_map(|it| Some((it, message(it)?))).unzip();
        let codes = [described, nested, Some(body)];
        Self {
            error_code: codes.into_iter().flatten().find_map(|it| code(it, status)),
            detail: message.or_else(|| start(body)),
            ..Self::new(status)
        }
    }

    /// Creates an error that has only a status, as for a response without a body.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        Self {
            error: status.as_u16().into(),
            error_code: None,
            detail: None,
            reason: None,
            parameters: Vec::new(),
            bad_request_detail: None,
        }
    }

    /// Sets [`error_code`](Self::error_code).
    #[must_use]
    pub fn with_code(mut self, error_code: impl Into<String>) -> Self {
        self.error_code = Some(error_code.into());
        self
    }

    /// Adds an invalid field, with the rule that it breaks, to [`bad_request_detail`](Self::bad_request_detail).
    #[must_use]
    pub fn with_field(mut self, field: impl Into<String>, description: impl Into<String>) -> Self {
        let violation = FieldViolation { field: field.into(), description: description.into() };
        self.bad_request_detail.get_or_insert_default().fields.push(violation);
        self
    }

    /// Returns the invalid fields of the request, if the server names them.
    pub fn fields(&self) -> impl Iterator<Item = &FieldViolation> {
        self.bad_request_detail.iter().flat_map(|detail| &detail.fields)
    }
}

fn message(object: &Value) -> Option<String> {
    const NAMES: [&str; 6] = ["message", "detail", "error_description", "title", "error", "msg"];
    NAMES.iter().find_map(|name| text(object.get(name)?))
}

/// Returns the code of an error, unless it only repeats the HTTP status.
fn code(object: &Value, status: StatusCode) -> Option<String> {
    ["code", "error_code", "errorCode"].iter().find_map(|name| match object.get(name)? {
        Value::String(code) => Some(code.clone()),
        Value::Number(code) if code.as_u64() != Some(status.as_u16().into()) => {
            Some(code.to_string())
        }
        _ => None,
    })
}

/// Returns the text of a string, or of a list of strings or errors, which some frameworks send for an invalid request.
fn text(value: &Value) -> Option<String> {
    let Value::Array(items) = value else { return value.as_str().map(ToOwned::to_owned) };
    let items: Vec<String> = items.iter().map(item).collect::<Option<_>>()?;
    (!items.is_empty()).then(|| items.join("; "))
}

/// Returns the text of an item, after its location (`loc`) if it has one.
fn item(value: &Value) -> Option<String> {
    let Value::Object(item) = value else { return value.as_str().map(ToOwned::to_owned) };
    let text = ["message", "msg"].iter().find_map(|name| item.get(*name)?.as_str())?;
    let location = item.get("loc").and_then(Value::as_array).into_iter().flatten();
    let location: Vec<String> =
        location.map(|it| it.as_str().map_or_else(|| it.to_string(), ToOwned::to_owned)).collect();
    let location = location.join(".");
    Some(if location.is_empty() { text.to_owned() } else { format!("{location}: {text}") })
}

/// Returns the start of a body that has no message, or `None` if the body is empty.
fn start(body: &Value) -> Option<String> {
    let text = match body {
        Value::String(text) => text.clone(),
        Value::Array(items) if !items.is_empty() => body.to_string(),
        Value::Object(members) if !members.is_empty() => body.to_string(),
        _ => return None,
    };
    Some(one_line(&text, 2 * EXCERPT)).filter(|it| !it.is_empty())
}

/// The invalid fields of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BadRequestDetail {
    /// The invalid fields.
    #[serde(default)]
    pub fields: Vec<FieldViolation>,
}

/// An invalid field of the request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldViolation {
    /// The path of the field in the request body.
    pub field: String,
    /// The rule that the field breaks. Empty if the server omits it.
    #[serde(default)]
    pub description: String,
}

/// Decodes a value, or returns the default if the value has an undocumented form.
fn tolerant<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: DeserializeOwned + Default,
    D: Deserializer<'de>,
{
    let value = Value::deserialize(deserializer)?;
    Ok(T::deserialize(Received::part(&value)).unwrap_or_default())
}

/// Shortens long strings, so that a body does not fill a log.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |text: &String| one_line(text, EXCERPT);
        f.debug_struct("ApiError")
            .field("error", &self.error)
            .field("error_code", &self.error_code.as_ref().map(short))
            .field("detail", &self.detail.as_ref().map(short))
            .field("reason", &self.reason.as_ref().map(short))
            .field(
                "fields",
                &self.fields().map(|violation| short(&violation.field)).collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_messages_under_common_names_are_read_from_errors_of_other_apis() {
        for (body, code, detail) in [
            (r#"{"code":"X","message":"m","detail":"d"}"#, Some("X"), Some("m")),
            (r#"{"title":"t","status":404}"#, None, Some("t")),
            (r#"{"error":"invalid_grant","error_description":"d"}"#, None, Some("d")),
            (r#"{"error":{"code":"X","message":"m"}}"#, Some("X"), Some("m")),
            (r#"{"error":{"code":"X"},"message":"m"}"#, Some("X"), Some("m")),
            (r#"{"code":7,"message":"m"}"#, Some("7"), Some("m")),
            (r#"{"error":{"code":404,"message":"m"}}"#, None, Some("m")),
            (
                r#"{"message":["a is short","b is long"],"error":"Bad Request"}"#,
                None,
                Some("a is short; b is long"),
            ),
            (r#"{"message":[],"error":"Bad Request"}"#, None, Some("Bad Request")),
            (r#"{"message":[{"a":1}],"error":"Bad Request"}"#, None, Some("Bad Request")),
            // FastAPI.
            (
                r#"{"detail":[{"type":"missing","loc":["body",0,"name"],"msg":"Field required"},{"msg":"m"}]}"#,
                None,
                Some("body.0.name: Field required; m"),
            ),
            // Cloudflare and GitHub.
            (
                r#"{"success":false,"errors":[{"code":7003,"message":"m"}]}"#,
                Some("7003"),
                Some("m"),
            ),
            (r#"{"message":"m","errors":[{"code":"missing_field"}]}"#, None, Some("m")),
            // Django REST framework.
            (r#"{"name":["Required."]}"#, None, Some(r#"{"name":["Required."]}"#)),
            (r#"{"code":7,"message":{}}"#, Some("7"), Some(r#"{"code":7,"message":{}}"#)),
            (r#""Not\nfound""#, None, Some(r"Not\nfound")),
            (r#""""#, None, None),
            ("{}", None, None),
            ("[]", None, None),
        ] {
            let body = serde_json::from_str(body).unwrap();
            let error = ApiError::of_other_api(&body, StatusCode::NOT_FOUND);
            assert_eq!(error.error, 404);
            assert_eq!((error.error_code.as_deref(), error.detail.as_deref()), (code, detail));
        }
    }

    /// The generator emits no model for an error with only these properties.
    #[test]
    fn an_error_with_all_properties_is_encoded_as_it_was_decoded() {
        let json = serde_json::json!({
            "error": 400,
            "errorCode": "X",
            "detail": "d",
            "reason": "Bad Request",
            "parameters": ["a"],
            "badRequestDetail": {"fields": [{"field": "name", "description": "too long"}]},
        });
        let error = ApiError::deserialize(&json).unwrap();
        assert_eq!(serde_json::to_value(error).unwrap(), json);
    }

    #[test]
    fn parameters_can_be_any_json() {
        let error: ApiError = serde_json::from_str(
            r#"{"error":429,"errorCode":"RATE_LIMITED","parameters":["orgs",55,null,{"a":[]},0.5]}"#,
        )
        .unwrap();
        assert_eq!(error.parameters.len(), 5);
        assert_eq!((&error.parameters[1], error.parameters[4].as_f64()), (&55.into(), Some(0.5)));
    }

    #[test]
    fn a_malformed_part_does_not_hide_the_error() {
        let error: ApiError = serde_json::from_str(
            r#"{"error":400,"errorCode":"X","parameters":null,"detail":{"a":1},
                "badRequestDetail":{"fields":"no"},"new":1}"#,
        )
        .unwrap();
        assert_eq!(error.error_code.as_deref(), Some("X"));
        assert_eq!(
            (error.detail, error.bad_request_detail, error.parameters.len()),
            (None, None, 0)
        );
    }

    #[test]
    fn an_incomplete_field_does_not_hide_the_other_fields() {
        let error: ApiError = serde_json::from_str(
            r#"{"error":400,"badRequestDetail":{"fields":[{"field":"a","description":"b"},{"field":"c"}]}}"#,
        )
        .unwrap();
        let expected =
            ApiError::new(StatusCode::BAD_REQUEST).with_field("a", "b").with_field("c", "");
        assert_eq!(error, expected);
    }

    #[test]
    fn an_array_in_place_of_an_object_is_a_malformed_part() {
        for detail in ["[1]", r#"{"fields":[["name","too long"]]}"#] {
            let json = format!(r#"{{"error":400,"badRequestDetail":{detail}}}"#);
            let error: ApiError = serde_json::from_str(&json).unwrap();
            assert_eq!(error.bad_request_detail, None, "{json}");
        }
    }

    #[test]
    fn an_error_object_is_recognized_by_its_status_or_its_code() {
        let read = |json| {
            let error = ApiError::read(&serde_json::from_str(json).unwrap(), StatusCode::GONE)?;
            Some((error.error, error.error_code))
        };
        assert_eq!(read(r#"{"error":401}"#), Some((401, None)));
        assert_eq!(read(r#"{"error":401,"errorCode":null}"#), Some((401, None)));
        assert_eq!(read(r#"{"errorCode":"X"}"#), Some((410, Some("X".to_owned()))));
        assert_eq!(read(r#"{"error":"x","errorCode":"X"}"#), Some((410, Some("X".to_owned()))));
        for json in ["null", "[]", "{}", r#"{"error":"x"}"#, r#"{"errorCode":null,"message":"x"}"#]
        {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn debug_output_shortens_long_strings() {
        let error: ApiError = serde_json::from_value(
            serde_json::json!({"error": 400, "errorCode": "X", "detail": "\n".repeat(9999)}),
        )
        .unwrap();
        assert!(format!("{error:?}").len() < 1500);
    }
}
