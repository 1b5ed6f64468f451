//! The negotiation of the versions of request and response bodies.
//!
//! A version is a date in a media type, `application/vnd.atlas.DATE+json`. A date selects the
//! newest version up to that date. As in Atlas, a versioned operation has no default version: a
//! request without such a media type in `Accept` gets 406, even if `Accept` is `*/*`.

use axum::http::{HeaderMap, StatusCode, header};
use chrono::NaiveDate;

use crate::auth::text;
use crate::{error::ApiError, spec::MediaType};

const JSON: &str = "application/json";

/// Returns the version in a media type, or `None` if the media type has no valid version.
pub(crate) fn version(media_type: &str) -> Option<NaiveDate> {
    let date = essence(media_type).strip_prefix("application/vnd.atlas.")?.strip_suffix("+json")?;
    // Chrono also parses `2024-5-3`, which Atlas rejects.
    date.parse().ok().filter(|_| date.len() == "2024-05-30".len())
}

/// Selects the media type of the response by `Accept` (RFC 9110, section 12.5.1). Returns `None` if
/// the response has no body. Fails with 406 if no media type is acceptable, and with 410 if the
/// version has been removed by `today`.
pub(crate) fn answer<'a>(
    headers: &HeaderMap,
    offered: &'a [MediaType],
    today: Option<NaiveDate>,
) -> Result<Option<&'a MediaType>, ApiError> {
    if offered.is_empty() {
        return Ok(None);
    }
    let accepted = accepted(headers);
    let chosen = preferences(&accepted)
        .into_iter()
        .find_map(|range| acceptable(range, offered))
        .ok_or_else(|| not_acceptable(&accepted, offered))?;
    match (chosen.sunset, today) {
        (Some(sunset), Some(today)) if sunset <= today => Err(gone(chosen, sunset)),
        _ => Ok(Some(chosen)),
    }
}

/// Joins all `Accept` headers, which form one list (RFC 9110, section 5.3). Returns `*/*` if there are
/// none.
fn accepted(headers: &HeaderMap) -> String {
    let lines = headers.get_all(header::ACCEPT).into_iter();
    let lines = lines.filter_map(|line| line.to_str().ok()).collect::<Vec<_>>();
    if lines.is_empty() { "*/*".to_owned() } else { lines.join(", ") }
}

/// Returns the media type of the request body. The required version is the newest version that is not newer than the
/// version of the response. If the response has no version, the newest version of the request body is required.
/// `application/json` means the required version. Fails with 415 for any other version or media type.
pub(crate) fn request<'a>(
    headers: &HeaderMap,
    offered: &'a [MediaType],
    answer: Option<&MediaType>,
) -> Result<&'a MediaType, ApiError> {
    let given = text(headers, &header::CONTENT_TYPE).unwrap_or_default();
    let wanted = match answer.and_then(|answer| answer.version) {
        Some(date) => newest(offered, date),
        None => offered.iter().max_by_key(|offer| offer.version),
    };
    let spoken = match version(given) {
        Some(date) => newest(offered, date),
        None => offered
            .iter()
            .find(|offer| essence(given).eq_ignore_ascii_case(&offer.name))
            .or_else(|| wanted.filter(|_| essence(given).eq_ignore_ascii_case(JSON))),
    };
    let is_wanted = |spoken: &&MediaType| wanted.is_some_and(|it| it.version == spoken.version);
    spoken.filter(is_wanted).ok_or_else(|| unsupported(given, offered, wanted))
}

/// Returns a media type without its parameters.
fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// Returns the media ranges of an `Accept` header, most preferred first, except those with `q=0`.
fn preferences(accepted: &str) -> Vec<&str> {
    let mut ranges = accepted
        .split(',')
        .map(|range| (quality(range), range))
        .filter(|(quality, _)| *quality > 0.0)
        .collect::<Vec<_>>();
    ranges.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    ranges.into_iter().map(|(_, range)| range).collect()
}

fn quality(range: &str) -> f32 {
    let weight = range.split(';').skip(1).find_map(|parameter| parameter.trim().strip_prefix("q="));
    weight.and_then(|weight| weight.parse().ok()).unwrap_or(1.0)
}

fn acceptable<'a>(range: &str, offered: &'a [MediaType]) -> Option<&'a MediaType> {
    match version(range) {
        Some(date) => newest(offered, date),
        None if matches!(essence(range), "*/*" | "application/*" | JSON) => {
            offered.iter().find(|offer| offer.version.is_none())
        }
        None => offered.iter().find(|offer| essence(range).eq_ignore_ascii_case(&offer.name)),
    }
}

fn newest(offered: &[MediaType], date: NaiveDate) -> Option<&MediaType> {
    let not_later =
        offered.iter().filter(|offer| offer.version.is_some_and(|version| version <= date));
    not_later.max_by_key(|offer| offer.version)
}

fn not_acceptable(accepted: &str, offered: &[MediaType]) -> ApiError {
    let names = offered.iter().map(|offer| offer.name.as_str()).collect::<Vec<_>>().join("`, `");
    let detail =
        format!("The resource is not available as `{accepted}`. Supported media types: `{names}`.");
    ApiError::new(StatusCode::NOT_ACCEPTABLE, "INVALID_VERSION_DATE", detail)
}

fn gone(version: &MediaType, sunset: NaiveDate) -> ApiError {
    let detail = format!("The version `{}` was removed on {sunset}.", version.name);
    let date = version.version.map(|date| date.to_string());
    let error = ApiError::new(StatusCode::GONE, "VERSION_GONE", detail);
    date.into_iter().fold(error, ApiError::parameter)
}

fn unsupported(given: &str, offered: &[MediaType], wanted: Option<&MediaType>) -> ApiError {
    let found = if given.is_empty() {
        "no `Content-Type`".to_owned()
    } else {
        format!("the `Content-Type` `{given}`")
    };
    let given = if given.is_empty() { "no Content-Type" } else { given };
    let names = offered.iter().map(|offer| offer.name.as_str()).collect::<Vec<_>>().join("`, `");
    let wanted = wanted.map_or(names, |wanted| wanted.name.clone());
    let detail = format!("The request has {found}. Supported media types: `{wanted}`, `{JSON}`.");
    ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", detail)
        .parameter(given)
}
