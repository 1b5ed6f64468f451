//! Effects on callers if the spec followed the vendor.

use std::cmp::Ordering;

use serde::Serialize;
use serde_json::Value;

use super::schema::Direction;

/// The effect that following the vendor would have on code that uses the client. The variants are ordered from worst to
/// best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Some code no longer compiles, or the client rejects a call that it accepted before.
    Breaks,
    /// Code compiles, but sends or receives something different.
    Wire,
    /// Code behaves as before.
    Nothing,
}

impl Effect {
    /// Returns the effect's description in the report.
    #[must_use]
    pub const fn described(self) -> &'static str {
        match self {
            Self::Breaks => "breaks callers",
            Self::Wire => "callers send or receive something different",
            Self::Nothing => "callers notice no difference",
        }
    }
}

/// Returns the effect of a part that only one document has. `is_theirs` is true if this is the vendor's document.
pub(super) fn presence(is_theirs: bool) -> Effect {
    if is_theirs { Effect::Nothing } else { Effect::Breaks }
}

/// Returns the effect of a different value for a keyword of an operation, a parameter or a body.
pub(super) fn of_operation(keyword: &str) -> Effect {
    match keyword {
        "address" | "style" | "explode" | "allowReserved" | super::contract::ROLES => Effect::Wire,
        // The `operationId` determines the name of a method.
        "required" | "operationId" => Effect::Breaks,
        _ => Effect::Nothing,
    }
}

/// Returns the effect of a different value for a keyword of a schema.
pub(super) fn of_schema(
    keyword: &str,
    direction: Direction,
    ours: &Value,
    vendor: &Value,
) -> Effect {
    match (keyword, direction) {
        ("type" | "format" | "nullable", _) => Effect::Breaks,
        ("enum", _) => of_values(ours, vendor),
        ("deprecated", _) | (_, Direction::Response) => Effect::Nothing,
        ("default", _) if ours.is_null() || vendor.is_null() => Effect::Nothing,
        ("default", _) => Effect::Wire,
        _ if is_looser(keyword, ours, vendor) => Effect::Nothing,
        _ => Effect::Breaks,
    }
}

/// Returns the effect of different enum values. Callers' code may use the variant of a removed value.
fn of_values(ours: &Value, vendor: &Value) -> Effect {
    let (Some(ours), Some(vendor)) = (ours.as_array(), vendor.as_array()) else {
        return Effect::Breaks;
    };
    if ours.iter().all(|it| vendor.contains(it)) { Effect::Nothing } else { Effect::Breaks }
}

/// Returns whether the vendor's rule is known to accept everything that the spec's rule accepts.
fn is_looser(keyword: &str, ours: &Value, vendor: &Value) -> bool {
    let order = || vendor.as_f64()?.partial_cmp(&ours.as_f64()?);
    match keyword {
        _ if vendor.is_null() => true,
        "minimum" | "minLength" | "minItems" | "minProperties" => order() == Some(Ordering::Less),
        "maximum" | "maxLength" | "maxItems" | "maxProperties" => {
            order() == Some(Ordering::Greater)
        }
        _ => false,
    }
}
