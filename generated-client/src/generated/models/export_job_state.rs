use crate::runtime::string_enum;

/// How far an export job has come.
///
/// `Queued` and `InProgress` lead to one of the three final states: `Successful`, `Failed` or
/// `Cancelled`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExportJobState {
    /// The job waits for its turn.
    Queued,
    /// Atlas is copying the snapshot.
    InProgress,
    /// All the data is in the export bucket.
    Successful,
    /// The job stopped early; `stateReason` says why.
    Failed,
    /// The job was called off before it was done.
    Cancelled,
    /// A value newer than this client, kept as it came.
    Unknown(String),
}

string_enum! {
    ExportJobState {
        Queued => "Queued",
        InProgress => "InProgress",
        Successful => "Successful",
        Failed => "Failed",
        Cancelled => "Cancelled",
    }
}
