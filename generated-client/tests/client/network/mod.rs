//! The layers between the client and Atlas: compression, TLS, proxies and HTTP/2.

#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod behind_nginx;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod behind_proxy;
mod gzip;
mod options;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod tls;

use generated_client::models::PaginatedExportJobs;
use generated_client::{Client, ClientBuilder, Credentials, Error, Response, RetryPolicy};

use crate::{GROUP, TOKEN};

/// Configures a client without retries.
fn builder(url: &str) -> ClientBuilder {
    Client::builder(Credentials::access_token(TOKEN)).base_url(url).retry(RetryPolicy::none())
}

async fn list(client: &Client) -> Result<Response<PaginatedExportJobs>, Error> {
    client.list_group_cluster_backup_exports(GROUP, "Cluster0").send().await
}
