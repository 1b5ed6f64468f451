//! The client against nginx, which provides TLS, HTTP/2 if configured, and the same compression as
//! Atlas. `tests/network/run` starts nginx and checks its logs.

use std::error::Error;

use generated_client::models::AwsExportBucketRequest;
use generated_client::{Client, Credentials};

use super::GROUP;

/// Returns the port of nginx.
fn port() -> u16 {
    std::env::var("ATLAS_PORT").unwrap().parse().unwrap()
}

/// Creates a client for nginx at `host`, with the private CA from the environment.
pub(crate) fn client(host: &str, credentials: Credentials) -> Client {
    client_at(host, port(), credentials)
}

fn client_at(host: &str, port: u16, credentials: Credentials) -> Client {
    let roots = std::fs::read(std::env::var("ATLAS_ROOTS").unwrap()).unwrap();
    let client = Client::builder(credentials).base_url(format!("https://{host}:{port}"));
    client.root_certificate(roots).build().unwrap()
}

/// Returns each kind of default credentials of the local Atlas, with its secret part.
pub(crate) fn credentials() -> [(Credentials, &'static str); 3] {
    let (id, secret) = ("mdb_sa_id_32b6e34b3d91647abb20e7c1", "mdb_sa_sk_emulator-secret");
    let (key, private_key) = ("emulator", "8f7b3c52-emulator-private-key");
    [
        (Credentials::access_token("emulator-token"), "emulator-token"),
        (Credentials::service_account(id, secret), secret),
        (Credentials::api_key(key, private_key), private_key),
    ]
}

/// Lists 500 jobs on one page and creates a bucket.
pub(crate) async fn call(client: &Client) -> Result<(), Box<dyn Error>> {
    let list = client.list_group_cluster_backup_exports(GROUP, "Cluster0").items_per_page(500);
    assert_eq!(list.send().await?.results.len(), 500);
    let bucket = AwsExportBucketRequest::new("export-bucket", "668c5f0ed436263134491592");
    client.create_group_backup_export_bucket(GROUP, bucket).send().await?;
    Ok(())
}

#[tokio::test]
#[ignore = "needs nginx: run `tests/network/run`"]
async fn both_operations_work_with_each_kind_of_credentials() {
    for (credentials, _) in credentials() {
        let client = client("localhost", credentials);
        for _ in 0..3 {
            call(&client).await.unwrap();
        }
    }
}

#[tokio::test]
#[ignore = "needs nginx: run `tests/network/run`"]
async fn many_concurrent_calls_succeed() {
    let [(token, _), ..] = credentials();
    let client = client("localhost", token);
    call(&client).await.unwrap();
    let calls = (0..20).map(|_| call(&client));
    for outcome in futures_util::future::join_all(calls).await {
        outcome.unwrap();
    }
}

/// A NAT or a proxy can lose a connection without closing it. With HTTP/2, a request that times out does not close the
/// connection, so each retry would use the same connection.
#[cfg(feature = "http2")]
#[tokio::test]
#[ignore = "needs nginx: run `tests/network/run`"]
async fn a_retry_does_not_use_a_connection_that_has_been_lost() {
    use std::future::pending;
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::Notify;

    use crate::clock::Clock;

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let relay_port = listener.local_addr().unwrap().port();
    let lost = Arc::new(Notify::new());
    let connection_lost = Arc::clone(&lost);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let lost = Arc::clone(&connection_lost);
            tokio::spawn(async move {
                let mut nginx = TcpStream::connect(("127.0.0.1", port())).await.unwrap();
                tokio::select! {
                    _ = tokio::io::copy_bidirectional(&mut stream, &mut nginx) => {}
                    () = lost.notified() => pending().await,
                }
            });
        }
    });
    let [(token, _), ..] = credentials();
    let client = client_at("localhost", relay_port, token);
    super::list(&client).await.unwrap();
    lost.notify_waiters();
    let clock = Clock::with_step(Duration::from_millis(20));
    let (outcome, took) = clock.run(super::list(&client)).await;
    assert_eq!(outcome.unwrap().attempts(), 2);
    // The attempt timeout is 60 seconds.
    assert!((30..60).contains(&took.as_secs()), "{took:?}");
}
