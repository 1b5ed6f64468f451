//! A change between two versions of an API.

/// The effect of a change on code that uses the client. The variants are ordered, most severe first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Some code no longer compiles.
    Compile,
    /// Code compiles, but a call that was valid is rejected or has a different meaning.
    Call,
    /// Code compiles, but sends or receives something different.
    Wire,
    /// Code compiles, but a value that it received as `Unknown` or, for a success value, as another variant now has its
    /// own variant.
    Variant,
    /// Code compiles, but a value that it received in `additional_properties` now has its own field.
    Field,
    /// Code behaves as before, apart from new warnings.
    Compatible,
    /// Only the documentation changes.
    Documentation,
}

/// A change between two versions of an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The effect on callers.
    pub effect: Effect,
    /// The description, on one line.
    pub text: String,
}
