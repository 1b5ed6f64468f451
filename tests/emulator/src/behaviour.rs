//! The behaviour of each operation.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::{
    buckets,
    error::ApiError,
    jobs::{self, Jobs},
    paging::Items,
    parameters::Arguments,
    projects::Project,
    server::Server,
    spec::{MediaType, Operation},
};

/// The behaviour of an operation. Operations at different paths can share a behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    CreateExportBucket,
    ListExportBuckets,
    GetExportBucket,
    UpdateExportBucket,
    DeleteExportBucket,
    CreateExportJob,
    ListExportJobs,
    GetExportJob,
    /// Any other operation: returns an example and changes nothing.
    Example,
}

impl Behaviour {
    pub(crate) fn of(operation_id: &str) -> Self {
        match operation_id {
            "createGroupBackupExportBucket" => Self::CreateExportBucket,
            "listGroupBackupExportBuckets" => Self::ListExportBuckets,
            "getGroupBackupExportBucket" => Self::GetExportBucket,
            "updateGroupBackupExportBucket" => Self::UpdateExportBucket,
            "deleteGroupBackupExportBucket" => Self::DeleteExportBucket,
            "createGroupClusterBackupExport" => Self::CreateExportJob,
            "listGroupClusterBackupExports" | "listBackupExportJobs" => Self::ListExportJobs,
            "getGroupClusterBackupExport" => Self::GetExportJob,
            _ => Self::Example,
        }
    }

    /// Returns sets of sample resources. The local Atlas supports a version of the operation's response only if one of
    /// the sets matches the schema of that version. An operation that returns no resources or is not implemented has no
    /// sets, and needs none.
    pub(crate) fn samples(self) -> Vec<Vec<Value>> {
        match self {
            Self::CreateExportBucket
            | Self::ListExportBuckets
            | Self::GetExportBucket
            | Self::UpdateExportBucket => {
                buckets::samples().into_iter().map(|bucket| vec![bucket]).collect()
            }
            Self::CreateExportJob | Self::ListExportJobs | Self::GetExportJob => {
                vec![jobs::sample_jobs(6)]
            }
            Self::DeleteExportBucket | Self::Example => Vec::new(),
        }
    }
}

/// A valid request.
pub(crate) struct Call<'a> {
    pub(crate) server: &'a Server,
    pub(crate) operation: &'a Operation,
    /// The project in the path of the request, if any.
    pub(crate) project: Option<&'a Project>,
    /// The export jobs of the cluster in the path of the request, if any.
    pub(crate) jobs: Option<&'a Jobs>,
    pub(crate) arguments: &'a Arguments,
    /// The URL of the request, including the query.
    pub(crate) url: &'a str,
    /// The media type of the response, or `None` if the response has no body.
    pub(crate) media_type: Option<&'a MediaType>,
    /// The body of the request.
    pub(crate) body: Option<Value>,
}

impl Call<'_> {
    /// Executes the request. Returns the body of the response, if it has one.
    pub(crate) fn run(mut self) -> Result<Option<Value>, ApiError> {
        let example = self.example()?;
        let body = self.body.take().unwrap_or_default();
        let body = match self.operation.behaviour {
            Behaviour::CreateExportBucket => self.project()?.buckets.create(body)?,
            Behaviour::ListExportBuckets => {
                let buckets = self.project()?.buckets.listed();
                let shown = buckets.into_iter().filter(|it| self.shows_in_list(it));
                self.page(&shown.collect::<Vec<_>>())
            }
            Behaviour::GetExportBucket => {
                let bucket = self.project()?.buckets.get(self.text("exportBucketId"))?;
                self.shown(bucket)?
            }
            Behaviour::UpdateExportBucket => {
                self.project()?.buckets.update(self.text("exportBucketId"), &body)?
            }
            Behaviour::DeleteExportBucket => {
                self.project()?.buckets.delete(self.text("exportBucketId"))?;
                return Ok(None);
            }
            Behaviour::CreateExportJob => {
                let buckets = &self.project()?.buckets;
                let (group_id, cluster_name) = (self.text("groupId"), self.text("clusterName"));
                self.jobs()?.create(&body, group_id, cluster_name, buckets, self.server.exports)?
            }
            Behaviour::ListExportJobs => self.page(&self.jobs()?.next()),
            Behaviour::GetExportJob => self.jobs()?.get(self.text("exportId"))?,
            Behaviour::Example => return Ok(example.map(|it| self.paged(it))),
        };
        Ok(Some(body))
    }

    /// Returns the example response if the operation is not implemented. Fails with 501 if the
    /// local Atlas does not support the version of the response.
    fn example(&self) -> Result<Option<Value>, ApiError> {
        let Some(media_type) = self.media_type else { return Ok(None) };
        match self.operation.bodies.get(&media_type.name) {
            Some(Err(reason)) => Err(cannot_fill(&self.operation.id, media_type, reason)),
            Some(Ok(example)) => Ok(example.clone()),
            None => Ok(None),
        }
    }

    fn page(&self, items: &impl Items) -> Value {
        self.server.paging.page(items, self.arguments, self.url)
    }

    /// Paginates the example of a paged list, so that callers that read all pages reach an end.
    fn paged(&self, example: Value) -> Value {
        let is_paged = self.operation.parameters.iter().any(|it| it.name == "pageNum");
        match example.get("results").and_then(Value::as_array) {
            Some(results) if is_paged => self.page(results),
            _ => example,
        }
    }

    /// Returns whether the requested version of the list can include a bucket. Older versions define
    /// fewer providers.
    fn shows_in_list(&self, bucket: &Value) -> bool {
        self.fits(&json!({ "results": [bucket] }))
    }

    fn shown(&self, bucket: Value) -> Result<Value, ApiError> {
        if self.fits(&bucket) {
            return Ok(bucket);
        }
        Err(buckets::not_found(self.text("exportBucketId")))
    }

    fn fits(&self, body: &Value) -> bool {
        let schema = self.media_type.and_then(|media_type| media_type.schema.as_ref());
        schema.is_none_or(|schema| schema.violations(body).is_empty())
    }

    fn text(&self, parameter: &str) -> &str {
        self.arguments.text(parameter).unwrap_or_default()
    }

    fn project(&self) -> Result<&Project, ApiError> {
        self.project.ok_or_else(|| unnamed(&self.operation.id, "groupId"))
    }

    fn jobs(&self) -> Result<&Jobs, ApiError> {
        self.jobs.ok_or_else(|| unnamed(&self.operation.id, "clusterName"))
    }
}

fn cannot_fill(operation_id: &str, media_type: &MediaType, reason: &str) -> ApiError {
    let name = &media_type.name;
    not_implemented(format!(
        "The local Atlas does not support `{name}` of `{operation_id}`: {reason}"
    ))
}

fn unnamed(operation_id: &str, parameter: &str) -> ApiError {
    let detail = format!("In the spec, `{operation_id}` has no path parameter `{parameter}`.");
    not_implemented(detail)
}

fn not_implemented(detail: String) -> ApiError {
    ApiError::new(StatusCode::NOT_IMPLEMENTED, "NOT_IMPLEMENTED", detail)
}
