use serde::{Deserialize, Serialize};

use crate::models::{ExportJob, Link};

/// One page of the export jobs of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PaginatedExportJobs {
    /// Addresses of this page, and of the `next` and `previous` one if there is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,

    /// The export jobs of this page.
    pub results: Vec<ExportJob>,

    /// How many export jobs there are on all pages together. An estimate, and absent when the
    /// request asks for no count.
    #[serde(rename = "totalCount", default, skip_serializing_if = "Option::is_none")]
    pub total_count: Option<u32>,
}
