//! One change between two versions of an API.

/// What a change means for code that uses the client, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Some code no longer compiles.
    Compile,
    /// Code compiles, but a call that was correct is refused or has another meaning.
    Call,
    /// Code compiles, but sends or receives something different.
    Wire,
    /// Code behaves as before, at most with a warning.
    Compatible,
    /// Emitted code stays the same, but the hand-written runtime may have to change.
    Runtime,
    /// Only the documentation changes.
    Documentation,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it means for callers.
    pub effect: Effect,
    /// A description in one line.
    pub text: String,
}
