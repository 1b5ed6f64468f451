//! The projects that the local Atlas knows, with their clusters.

use std::collections::BTreeMap;

use axum::http::StatusCode;

use crate::{buckets::ExportBuckets, error::ApiError, jobs::Jobs, parameters::Arguments};

/// The id of the project that is there by default.
pub const DEFAULT_GROUP_ID: &str = "32b6e34b3d91647abb20e7b8";
/// The name of the cluster that the default project has.
pub const DEFAULT_CLUSTER_NAME: &str = "Cluster0";

/// All projects, by id.
#[derive(Debug, Default)]
pub(crate) struct Projects(BTreeMap<String, Project>);

#[derive(Debug, Default)]
pub(crate) struct Project {
    pub(crate) buckets: ExportBuckets,
    /// The export jobs of each cluster, by its name.
    clusters: BTreeMap<String, Jobs>,
}

impl Projects {
    /// Adds a cluster with its export jobs, or gives one that is there other jobs.
    pub(crate) fn put_cluster(&mut self, group_id: String, name: String, jobs: Jobs) {
        self.0.entry(group_id).or_default().clusters.insert(name, jobs);
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Project> {
        self.0.values()
    }

    /// The export jobs of a cluster, if it is there.
    pub(crate) fn jobs(&self, group_id: &str, cluster_name: &str) -> Option<&Jobs> {
        self.0.get(group_id)?.clusters.get(cluster_name)
    }

    /// The project that a request names; 404 if there is none.
    pub(crate) fn named_by(&self, arguments: &Arguments) -> Result<&Project, ApiError> {
        let id = arguments.text("groupId").unwrap_or_default();
        let missing = || not_found("GROUP_NOT_FOUND", format!("There is no project {id}."), id);
        self.0.get(id).ok_or_else(missing)
    }
}

impl Project {
    /// The export jobs of the cluster that a request names; 404 if there is none.
    pub(crate) fn jobs(&self, arguments: &Arguments) -> Result<&Jobs, ApiError> {
        let name = arguments.text("clusterName").unwrap_or_default();
        let missing = || {
            let detail = format!("There is no cluster {name} in the project.");
            not_found("CLUSTER_NOT_FOUND", detail, name)
        };
        self.clusters.get(name).ok_or_else(missing)
    }
}

fn not_found(code: &'static str, detail: String, what: &str) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, code, detail).parameter(what)
}
