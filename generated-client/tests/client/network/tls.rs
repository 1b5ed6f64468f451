//! TLS handshakes with servers whose certificates a private authority has signed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use generated_client::testing::CannedResponses;
use generated_client::{Client, ClientBuilder, Credentials, Error, RetryPolicy};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

use super::{GROUP, TOKEN, list};
use crate::rerun;

/// A private certificate authority.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// Starts a local server with a certificate for `host` that expires in the year `until`.
    async fn serve(&self, host: &str, until: i32) -> Server {
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        (params.not_before, params.not_after) =
            (date_time_ymd(2000, 1, 1), date_time_ymd(until, 1, 1));
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let certificates = vec![CertificateDer::from(certificate)];
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(certificates, key.into()).unwrap();
        Server::start(Some(TlsAcceptor::from(Arc::new(config)))).await
    }
}

/// A server that counts connections and requests and returns an empty page for each request.
struct Server {
    address: SocketAddr,
    connections: Arc<AtomicU32>,
    requests: Arc<AtomicU32>,
}

impl Server {
    /// Starts a server. Without an `acceptor`, the server closes each connection once the handshake has begun.
    async fn start(acceptor: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, requests) = <(Arc<AtomicU32>, Arc<AtomicU32>)>::default();
        let (connected, asked) = (Arc::clone(&connections), Arc::clone(&requests));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connected.fetch_add(1, Ordering::Relaxed);
                let asked = Arc::clone(&asked);
                tokio::spawn(answer(stream, acceptor.clone(), asked));
            }
        });
        Self { address, connections, requests }
    }

    fn client(&self, credentials: Credentials) -> ClientBuilder {
        let url = format!("https://localhost:{}", self.address.port());
        let policy = RetryPolicy::new().base_delay(Duration::from_millis(1));
        Client::builder(credentials).base_url(url).retry(policy)
    }

    fn counts(&self) -> (u32, u32) {
        (self.connections.load(Ordering::Relaxed), self.requests.load(Ordering::Relaxed))
    }
}

async fn answer(mut stream: TcpStream, acceptor: Option<TlsAcceptor>, asked: Arc<AtomicU32>) {
    let mut buffer = [0; 4096];
    let Some(acceptor) = acceptor else {
        assert!(stream.read(&mut buffer).await.unwrap() > 0);
        return;
    };
    // A client that rejects the certificate ends the handshake.
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(length @ 1..) => request.extend_from_slice(&buffer[..length]),
            _ => return,
        }
    }
    asked.fetch_add(1, Ordering::Relaxed);
    let body = r#"{"results":[]}"#;
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let answer = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
}

fn token() -> Credentials {
    Credentials::access_token(TOKEN)
}

/// Checks that a call fails at the handshake, without retries, and that the message contains advice and one of the
/// reasons in `why`.
async fn refused(server: &Server, client: ClientBuilder, why: [&str; 2]) {
    let error = list(&client.build().unwrap()).await.unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
    assert_eq!(server.counts(), (1, 0), "{error}");
    let message = error.to_string();
    assert!(why.iter().any(|why| message.contains(why)), "{message}");
    let target = format!("could not connect to `localhost:{}`: ", server.address.port());
    assert!(message.contains(&target), "{message}");
    assert!(message.contains("`ClientBuilder::root_certificate`, or on Linux with"), "{message}");
}

#[tokio::test]
async fn a_certificate_from_a_private_authority_is_rejected_without_retries() {
    let why = ["UnknownIssuer", "unable to get local issuer certificate"];
    let authority = Authority::new("private");
    let server = authority.serve("localhost", 4000).await;
    refused(&server, server.client(token()), why).await;
    // Trusting an unrelated authority makes no difference.
    let server = authority.serve("localhost", 4000).await;
    let client = server.client(token()).root_certificate(Authority::new("another").pem);
    refused(&server, client, why).await;
}

#[tokio::test]
async fn a_certificate_from_a_configured_authority_is_accepted() {
    let authority = Authority::new("private");
    let server = authority.serve("localhost", 4000).await;
    let client = server.client(token()).root_certificate(authority.pem).build().unwrap();
    assert!(list(&client).await.unwrap().results.is_empty());
    assert_eq!(server.counts(), (1, 1));
}

#[tokio::test]
async fn a_certificate_from_any_configured_authority_is_accepted() {
    let [first, second, third] = ["first", "second", "third"].map(Authority::new);
    let server = second.serve("localhost", 4000).await;
    let bundle = format!("{}\n{}", first.pem, second.pem);
    let client = server.client(token()).root_certificate(bundle).root_certificate(third.pem);
    assert!(list(&client.build().unwrap()).await.is_ok());
}

#[tokio::test]
async fn a_certificate_for_another_host_is_rejected_without_retries() {
    let authority = Authority::new("private");
    let server = authority.serve("atlas.example", 4000).await;
    let client = server.client(token()).root_certificate(authority.pem);
    refused(&server, client, ["not valid for name \"localhost\"", "hostname mismatch"]).await;
}

#[tokio::test]
async fn an_expired_certificate_is_rejected_without_retries() {
    let authority = Authority::new("private");
    let server = authority.serve("localhost", 2001).await;
    let client = server.client(token()).root_certificate(authority.pem);
    refused(&server, client, ["certificate expired", "certificate has expired"]).await;
}

#[tokio::test]
async fn a_token_endpoint_with_an_untrusted_certificate_gets_one_connection_and_no_request() {
    let server = Authority::new("private").serve("localhost", 4000).await;
    let credentials = Credentials::service_account("mdb_sa_id_a", "mdb_sa_sk_a");
    refused(&server, server.client(credentials), ["issueToken could not connect to `localhost"; 2])
        .await;
}

#[tokio::test]
async fn a_connection_that_breaks_during_the_handshake_is_retried() {
    let server = Server::start(None).await;
    let error = list(&server.client(token()).build().unwrap()).await.unwrap_err();
    assert!(matches!(error, Error::Transport { .. }), "{error:?}");
    assert_eq!(server.counts(), (5, 0), "{error}");
}

#[tokio::test]
async fn plain_http_to_a_port_that_expects_tls_is_not_retried() {
    let server = Authority::new("private").serve("localhost", 4000).await;
    let url = format!("http://localhost:{}", server.address.port());
    let error = list(&server.client(token()).base_url(url).build().unwrap()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "listGroupClusterBackupExports got no response: invalid HTTP version parsed; check the scheme and the port \
         of the base URL, and proxies"
    );
    assert_eq!((error.is_transient(), server.counts()), (false, (1, 0)));
}

// The errors of `native_tls` do not show that the server expects plain HTTP.
#[cfg(all(feature = "rustls", not(feature = "native-tls")))]
#[tokio::test]
async fn tls_to_a_port_that_expects_plain_http_is_not_reported_as_a_bad_certificate() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        }
    });
    let client = Client::builder(token()).base_url(format!("https://{address}")).build().unwrap();
    let error = list(&client).await.unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
    let message = error.to_string();
    let advice = "; nothing was sent: check the scheme and the port of the base URL, and proxies";
    assert!(message.ends_with(advice), "{message}");
}

#[test]
fn an_invalid_root_certificate_is_an_error() {
    // With rustls, the certificate is decoded only when the HTTP client is built.
    const DECODED_LATER: &str = if cfg!(feature = "rustls") {
        "cannot build the HTTP client: invalid peer certificate: BadEncoding; check the TLS configuration of this \
         machine, and `root_certificate`"
    } else {
        "invalid root certificate"
    };
    for (pem, why) in [
        ("", "no `-----BEGIN CERTIFICATE-----` found"),
        ("\u{30}\u{1}", "no `-----BEGIN CERTIFICATE-----` found"),
        ("-----BEGIN CERTIFICATE-----\nMII", "invalid root certificate"),
        ("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", "invalid root certificate"),
        ("-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n", DECODED_LATER),
    ] {
        let client = Client::builder(token()).root_certificate(pem);
        let error = client.build().unwrap_err();
        assert!(matches!(error, Error::Config { .. }), "{error:?}");
        assert!(error.to_string().contains(why), "{pem}: {error}");
    }
}

/// A path that does not exist.
const NOWHERE: &str = "/nonexistent";

/// Builds clients on a machine without root certificates, and checks the results. Not a separate test: the next test
/// starts this function with an environment that hides the certificates of this machine and contains an invalid proxy.
#[test]
#[ignore = "the next test runs this function in a new process"]
fn builds_clients_without_root_certificates() {
    if std::env::var_os("SSL_CERT_DIR").is_none_or(|path| path != NOWHERE) {
        return;
    }
    let local = || Client::builder(token()).base_url("https://localhost");
    let error = local().build().unwrap_err();
    assert!(matches!(error, Error::Config { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "this machine has no root certificates: install the package `ca-certificates`, set the environment variable \
         `SSL_CERT_FILE` to the path of a PEM file, or call `ClientBuilder::root_certificate`"
    );
    let authority = Authority::new("private");
    local().root_certificate(authority.pem).build().unwrap();

    let canned = || Client::builder(token()).canned_responses(&CannedResponses::new());
    canned().build().unwrap();
    for invalid in
        [canned().root_certificate(""), canned().proxy("proxy"), canned().user_agent("\n")]
    {
        invalid.build().unwrap_err();
    }
}

// OpenSSL reports no missing root certificates.
#[cfg(all(target_os = "linux", feature = "rustls", not(feature = "native-tls")))]
#[test]
fn a_client_with_canned_responses_depends_neither_on_root_certificates_nor_on_the_environment() {
    let output = rerun::ignored("network::tls::builds_clients_without_root_certificates")
        .envs(["SSL_CERT_FILE", "SSL_CERT_DIR"].map(|name| (name, NOWHERE)))
        .env("HTTPS_PROXY", "http://user:p#ss@127.0.0.1:1")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

/// Makes a call with the root certificates in the environment. Not a separate test: the next test starts this function
/// with `SSL_CERT_FILE` in the environment.
#[tokio::test]
#[ignore = "the next test runs this function in a new process"]
async fn lists_with_the_roots_in_the_environment() {
    let client =
        Client::builder(token()).base_url(std::env::var("ATLAS_URL").unwrap()).build().unwrap();
    client.list_group_cluster_backup_exports(GROUP, "Cluster0").send().await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_from_an_authority_in_ssl_cert_file_is_accepted() {
    let authority = Authority::new("private");
    let server = authority.serve("localhost", 4000).await;
    let file = std::env::temp_dir().join(format!("atlas-roots-{}.pem", std::process::id()));
    std::fs::write(&file, &authority.pem).unwrap();
    let output = rerun::ignored("network::tls::lists_with_the_roots_in_the_environment")
        .env("SSL_CERT_FILE", &file)
        .env("ATLAS_URL", format!("https://localhost:{}", server.address.port()))
        .output()
        .unwrap();
    std::fs::remove_file(file).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(server.counts(), (1, 1));
}
