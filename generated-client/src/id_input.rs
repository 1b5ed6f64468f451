//! Identifiers in request bodies.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error as _, Serialize, Serializer};

use crate::runtime::{At, InvalidInput, Validate};
use crate::{ObjectId, ParseObjectIdError};

/// An identifier in a request body: an [`ObjectId`], or text that `send` checks.
///
/// Constructors and setters of models accept anything that converts to an `IdInput`. If the text is not an identifier,
/// `send` returns [`Error::InvalidInput`](crate::Error::InvalidInput), as it does for an invalid argument of a method.
/// Serializing an invalid `IdInput` in any other context fails.
///
/// ```
/// use generated_client::{IdInput, ObjectId};
///
/// const BUCKET: ObjectId = ObjectId::literal("32b6e34b3d91647abb20e7b8");
///
/// assert_eq!(IdInput::from("32b6e34b3d91647abb20e7b8").id(), Ok(BUCKET));
/// assert!(IdInput::from("32B6").id().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdInput(Result<ObjectId, ParseObjectIdError>);

impl IdInput {
    /// Returns the identifier.
    ///
    /// # Errors
    /// Returns [`ParseObjectIdError`] if the text is not an identifier.
    pub fn id(&self) -> Result<ObjectId, ParseObjectIdError> {
        self.0.clone()
    }
}

impl From<ObjectId> for IdInput {
    fn from(id: ObjectId) -> Self {
        Self(Ok(id))
    }
}

impl From<&ObjectId> for IdInput {
    fn from(id: &ObjectId) -> Self {
        Self(Ok(*id))
    }
}

impl From<&str> for IdInput {
    fn from(text: &str) -> Self {
        Self(text.parse())
    }
}

impl From<&String> for IdInput {
    fn from(text: &String) -> Self {
        Self(text.parse())
    }
}

impl From<String> for IdInput {
    fn from(text: String) -> Self {
        Self(text.parse())
    }
}

impl From<[u8; 12]> for IdInput {
    fn from(bytes: [u8; 12]) -> Self {
        Self(Ok(bytes.into()))
    }
}

impl TryFrom<IdInput> for ObjectId {
    type Error = ParseObjectIdError;

    fn try_from(input: IdInput) -> Result<Self, Self::Error> {
        input.0
    }
}

impl TryFrom<&IdInput> for ObjectId {
    type Error = ParseObjectIdError;

    fn try_from(input: &IdInput) -> Result<Self, Self::Error> {
        input.id()
    }
}

#[cfg(feature = "bson")]
impl From<bson::oid::ObjectId> for IdInput {
    fn from(id: bson::oid::ObjectId) -> Self {
        Self(Ok(id.into()))
    }
}

impl PartialEq<ObjectId> for IdInput {
    fn eq(&self, id: &ObjectId) -> bool {
        self.0.as_ref() == Ok(id)
    }
}

impl Validate for IdInput {
    fn validate(&self, at: At<'_>) -> Result<(), InvalidInput> {
        let invalid = |error: ParseObjectIdError| InvalidInput::unreadable(at, &error.to_string());
        self.id().map(|_| ()).map_err(invalid)
    }
}

impl Serialize for IdInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_ref().map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for IdInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ObjectId::deserialize(deserializer).map(Self::from)
    }
}
