//! The client against servers that try to obtain its secrets, exhaust its memory or keep it waiting.

mod elsewhere;
mod secrecy;
mod without_end;

use std::error::Error as _;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use generated_client::models::PaginatedExportJobs;
use generated_client::{AccessToken, Client, Credentials, Error, Response, RetryPolicy};

use crate::{GROUP, TOKEN};

const CLIENT_ID: &str = "mdb_sa_id_1234567890abcdef12345678";
const CLIENT_SECRET: &str = "mdb_sa_sk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4";
const PUBLIC_KEY: &str = "qwertyui";
const PRIVATE_KEY: &str = "0c5bd0a2-49d6-4c2f-9d56-8b1a3cbcf5c7";

/// Returns each kind of credentials, with its secret part.
fn all_credentials() -> [(Credentials, &'static str); 4] {
    let token = AccessToken::new(TOKEN, SystemTime::now() + Duration::from_secs(600));
    let account = Credentials::service_account(CLIENT_ID, CLIENT_SECRET);
    [
        (Credentials::access_token(TOKEN), TOKEN),
        (account.clone(), CLIENT_SECRET),
        (account.with_token(token), TOKEN),
        (Credentials::api_key(PUBLIC_KEY, PRIVATE_KEY), PRIVATE_KEY),
    ]
}

fn client(url: &str, credentials: Credentials) -> Client {
    Client::builder(credentials).base_url(url).retry(RetryPolicy::none()).build().unwrap()
}

async fn list(client: &Client) -> Result<Response<PaginatedExportJobs>, Error> {
    client.list_group_cluster_backup_exports(GROUP, "Cluster0").send().await
}

/// Returns everything that an error shows: the messages and the `Debug` output of the error and its sources.
fn shown(error: &Error) -> String {
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(error) = source {
        write!(shown, " {error} {error:?}").unwrap();
        source = error.source();
    }
    shown
}
