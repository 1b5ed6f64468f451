//! Projects and their clusters.

use std::collections::BTreeMap;

use crate::{buckets::ExportBuckets, error::ApiError, jobs::Jobs, parameters::Arguments};

/// The id of the default project.
pub const DEFAULT_GROUP_ID: &str = "32b6e34b3d91647abb20e7b8";
/// The name of the cluster in the default project.
pub const DEFAULT_CLUSTER_NAME: &str = "Cluster0";

/// All projects, by id.
#[derive(Debug, Default)]
pub(crate) struct Projects(BTreeMap<String, Project>);

#[derive(Debug, Default)]
pub(crate) struct Project {
    id: String,
    pub(crate) buckets: ExportBuckets,
    /// The export jobs of each cluster, by cluster name.
    clusters: BTreeMap<String, Jobs>,
}

impl Projects {
    /// Adds a cluster with its export jobs, or replaces the export jobs of an existing cluster.
    pub(crate) fn put_cluster(&mut self, group_id: &str, name: String, jobs: Jobs) {
        self.put(group_id).clusters.insert(name, jobs);
    }

    /// Returns a project and adds it if necessary.
    pub(crate) fn put(&mut self, group_id: &str) -> &mut Project {
        let new = || Project { id: group_id.to_owned(), ..Project::default() };
        self.0.entry(group_id.to_owned()).or_insert_with(new)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Project> {
        self.0.values()
    }

    /// Returns whether a project exists.
    pub(crate) fn has(&self, group_id: &str) -> bool {
        self.0.contains_key(group_id)
    }

    /// Returns the export jobs of a cluster, if it exists.
    pub(crate) fn jobs(&self, group_id: &str, cluster_name: &str) -> Option<&Jobs> {
        self.0.get(group_id)?.clusters.get(cluster_name)
    }

    /// Returns the project in the path of a request, if any. Fails with 404 if the project does not
    /// exist.
    pub(crate) fn named_by(&self, arguments: &Arguments) -> Result<Option<&Project>, ApiError> {
        let Some(id) = arguments.text("groupId") else { return Ok(None) };
        let missing = || {
            let detail = format!("The project `{id}` does not exist.");
            ApiError::not_found("GROUP_NOT_FOUND", detail, id)
        };
        self.0.get(id).ok_or_else(missing).map(Some)
    }
}

impl Project {
    /// Returns the export jobs of all clusters.
    pub(crate) fn all_jobs(&self) -> impl Iterator<Item = &Jobs> {
        self.clusters.values()
    }

    /// Returns the export jobs of the cluster in the path of a request, if any. Fails with 404 if
    /// the cluster does not exist.
    pub(crate) fn jobs_named_by(&self, arguments: &Arguments) -> Result<Option<&Jobs>, ApiError> {
        let Some(name) = arguments.text("clusterName") else { return Ok(None) };
        let missing = || {
            let detail = format!("The project has no cluster `{name}`.");
            ApiError::not_found("CLUSTER_NOT_FOUND", detail, name).parameter(&*self.id)
        };
        self.clusters.get(name).ok_or_else(missing).map(Some)
    }
}
