//! The client against a local Atlas that injects faults, and against canned responses.

mod canned;
mod envelope;
mod interceptors;
mod limits;
mod moving_items;
mod paging;
mod retries;
mod telemetry;
mod watch_failures;
mod watching;

use std::time::Duration;

use atlas_emulator::{Builder, DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID, DEFAULT_TOKEN, Emulator};
use generated_client::models::{AwsExportBucketRequest, ExportBucket, PaginatedExportJobs};
use generated_client::operations::ListGroupClusterBackupExports;
use generated_client::{Client, ClientBuilder, Credentials, Error, Response, RetryPolicy};

/// A local Atlas and a client for it.
struct Session {
    atlas: Emulator,
    client: Client,
}

impl Session {
    async fn start(atlas: Builder) -> Self {
        Self::with(atlas, |client| client).await
    }

    async fn with(atlas: Builder, set: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        let atlas = atlas.start().await.unwrap();
        let client =
            Client::builder(Credentials::access_token(DEFAULT_TOKEN)).base_url(atlas.url());
        let client = set(client.retry(quick())).build().unwrap();
        Self { atlas, client }
    }

    fn jobs(&self) -> ListGroupClusterBackupExports {
        self.client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME)
    }

    async fn list(&self) -> Result<Response<PaginatedExportJobs>, Error> {
        self.jobs().send().await
    }

    async fn create(&self) -> Result<Response<ExportBucket>, Error> {
        let body = AwsExportBucketRequest::new("export-bucket", "668c5f0ed436263134491592");
        self.client.create_group_backup_export_bucket(DEFAULT_GROUP_ID, body).send().await
    }

    fn requests(&self) -> usize {
        self.atlas.requests().len()
    }
}

/// Returns the default retry policy with shorter waits.
fn quick() -> RetryPolicy {
    RetryPolicy::new().base_delay(Duration::from_millis(1))
}
