//! Times in responses, as chrono reads them. Emitted code names these functions.

use chrono::{DateTime, Utc};
use serde::{Deserialize as _, Deserializer};

pub(crate) fn required<'de, D>(deserializer: D) -> Result<DateTime<Utc>, D::Error>
where
    D: Deserializer<'de>,
{
    DateTime::deserialize(deserializer)
}

pub(crate) fn optional<'de, D>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error>
where
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer)
}
