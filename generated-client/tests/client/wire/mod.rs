//! The client against a server that returns exactly the bytes that a test chooses.

mod answers;
mod bounds;
mod errors;
mod input;
mod object_ids;
mod places;
mod requests;

use generated_client::models::{AwsExportBucketRequest, ExportBucket, PaginatedExportJobs};
use generated_client::{
    Client, ClientBuilder, Credentials, Error, ObjectId, Response, RetryPolicy,
};

use crate::server::Server;
use crate::{GROUP, TOKEN};

const ROLE: &str = "668c5f0ed436263134491592";

/// Creates a client without retries. Other tests cover retries.
fn client(server: &Server) -> Client {
    builder(server.url()).build().unwrap()
}

fn builder(url: &str) -> ClientBuilder {
    Client::builder(Credentials::access_token(TOKEN)).base_url(url).retry(RetryPolicy::none())
}

fn role() -> ObjectId {
    ROLE.parse().unwrap()
}

async fn list(server: &Server) -> Result<Response<PaginatedExportJobs>, Error> {
    client(server).list_group_cluster_backup_exports(GROUP, "Cluster0").send().await
}

async fn create(server: &Server) -> Result<Response<ExportBucket>, Error> {
    let bucket = AwsExportBucketRequest::new("export-bucket", role());
    client(server).create_group_backup_export_bucket(GROUP, bucket).send().await
}

async fn delete(server: &Server) -> Result<Response<()>, Error> {
    client(server).delete_group_backup_export_bucket(GROUP, ROLE).send().await
}
