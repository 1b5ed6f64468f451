//! The routes of the service.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::{Stream, StreamExt as _};
use generated_client::models::{ExportJob, ExportJobRequest};
use generated_client::{Client, ObjectId};

use crate::error::ServiceError;
use crate::watcher;

#[derive(Clone)]
struct Service {
    client: Client,
    project: ObjectId,
}

pub(crate) fn router(client: Client, project: ObjectId) -> Router {
    Router::new()
        .route("/clusters/{cluster}/exports", post(start))
        .route("/clusters/{cluster}/exports/{job}", get(read))
        .route("/clusters/{cluster}/exports/{job}/events", get(events))
        .with_state(Service { client, project })
}

/// Starts an export, and a background task that logs its progress.
async fn start(
    State(Service { client, project }): State<Service>,
    Path(cluster): Path<String>,
    Json(export): Json<ExportJobRequest>,
) -> Result<(StatusCode, Json<ExportJob>), ServiceError> {
    let job = client.create_group_cluster_backup_export(project, &cluster, export).await?;
    if let Some(id) = job.id {
        tokio::spawn(watcher::log(client.watch_export_job(project, cluster, id)));
    }
    Ok((StatusCode::ACCEPTED, Json(job.into_inner())))
}

async fn read(
    State(Service { client, project }): State<Service>,
    Path((cluster, job)): Path<(String, String)>,
) -> Result<Json<ExportJob>, ServiceError> {
    let job = client.get_group_cluster_backup_export(project, cluster, job).await?;
    Ok(Json(job.into_inner()))
}

/// Streams the current job, and then the job each time it changes, until the job is done or the watch fails. Closing
/// the connection ends the watch.
async fn events(
    State(Service { client, project }): State<Service>,
    Path((cluster, job)): Path<(String, String)>,
) -> Sse<impl Stream<Item = Result<Event, axum::Error>>> {
    let jobs = client.watch_export_job(project, cluster, job).stream();
    let events = jobs.map(|job| match job {
        Ok(job) => Event::default().event("job").json_data(job),
        Err(error) => Ok(Event::default().event("error").data(error.to_string())),
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
