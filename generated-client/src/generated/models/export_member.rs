use serde::{Deserialize, Serialize};

use crate::ObjectId;

/// The part of an export job that copies one replica set of a sharded cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExportMember {
    /// The id of this part.
    #[serde(rename = "exportId", default, skip_serializing_if = "Option::is_none")]
    pub export_id: Option<ObjectId>,

    /// The name of the replica set.
    #[serde(rename = "replicaSetName", default, skip_serializing_if = "Option::is_none")]
    pub replica_set_name: Option<String>,
}
