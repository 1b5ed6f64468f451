//! TLS with a private certificate authority.

use std::fs;

use anyhow::Context as _;
use atlas_emulator::{DEFAULT_TOKEN, Emulator, Fault};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::net::TcpStream;

use crate::{
    program::{Program, curl},
    session::LEGACY_JOBS,
};

/// A certificate for 127.0.0.1, its key, and the certificate of its authority, all in PEM.
struct Identity {
    authority: String,
    certificate: String,
    key: String,
}

impl Identity {
    fn new() -> anyhow::Result<Self> {
        let mut authority = CertificateParams::new([])?;
        // If the subject and the issuer had the same name, OpenSSL would treat the certificate as
        // self-signed.
        authority.distinguished_name.push(DnType::CommonName, "Private CA");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(["127.0.0.1".to_owned()])?;
        let certificate = certificate.signed_by(&key, &authority)?.pem();
        Ok(Self { authority: authority.pem(), certificate, key: key.serialize_pem() })
    }

    async fn start(&self) -> anyhow::Result<Emulator> {
        Emulator::builder().tls(self.certificate.as_str(), self.key.as_str()).start().await
    }

    fn client(&self) -> anyhow::Result<reqwest::Client> {
        let authority = reqwest::Certificate::from_pem(self.authority.as_bytes())?;
        Ok(reqwest::Client::builder().no_proxy().tls_certs_merge([authority]).build()?)
    }
}

async fn list(client: &reqwest::Client, atlas: &Emulator) -> reqwest::Result<u16> {
    let request = client.get(format!("{}{LEGACY_JOBS}", atlas.url())).bearer_auth(DEFAULT_TOKEN);
    Ok(request.send().await?.status().as_u16())
}

#[tokio::test]
async fn clients_that_trust_the_authority_can_connect() -> anyhow::Result<()> {
    let identity = Identity::new()?;
    let atlas = identity.start().await?;
    assert!(atlas.url().starts_with("https://127.0.0.1:"), "{}", atlas.url());
    assert!(
        list(&reqwest::Client::builder().no_proxy().build()?, &atlas).await.is_err(),
        "the authority must not be trusted by default"
    );
    assert_eq!(atlas.request_count(), 0);
    // A connection without a handshake must not block other connections.
    let silent = TcpStream::connect(atlas.url().trim_start_matches("https://")).await?;
    assert_eq!(list(&identity.client()?, &atlas).await?, 200);
    assert_eq!(atlas.connection_count(), 3);
    drop(silent);
    Ok(())
}

#[tokio::test]
async fn a_reset_breaks_a_tls_connection() -> anyhow::Result<()> {
    let identity = Identity::new()?;
    let (atlas, client) = (identity.start().await?, identity.client()?);
    atlas.inject([Fault::Reset]);
    assert!(list(&client, &atlas).await.is_err());
    assert_eq!(list(&client, &atlas).await?, 200);
    Ok(())
}

#[tokio::test]
async fn an_error_explains_why_a_certificate_or_its_key_is_invalid() -> anyhow::Result<()> {
    let (identity, other) = (Identity::new()?, Identity::new()?);
    let (certificate, key) = (identity.certificate.as_str(), identity.key.as_str());
    for (certificate, key, complaint) in [
        ("", key, "the TLS certificate chain contains no PEM certificate"),
        (certificate, "", "cannot read the TLS key"),
        (certificate, other.key.as_str(), "cannot use the TLS certificate with this key"),
    ] {
        let error = Emulator::builder().tls(certificate, key).start().await;
        let error = format!("{:#}", error.expect_err(complaint));
        assert!(error.starts_with(complaint), "{error}");
    }
    Ok(())
}

#[test]
fn the_program_serves_tls_with_certificate_files() -> anyhow::Result<()> {
    let identity = Identity::new()?;
    let path = |name: &str| format!("{}/tls-{name}.pem", env!("CARGO_TARGET_TMPDIR"));
    let (authority, certificate, key) = (path("authority"), path("certificate"), path("key"));
    fs::write(&authority, identity.authority)?;
    fs::write(&certificate, identity.certificate)?;
    fs::write(&key, identity.key)?;
    let program = Program::start(&["--tls-cert", &certificate, "--tls-key", &key])?;
    let url = format!("{}{LEGACY_JOBS}", program.url);
    let answer = curl(&["--cacert", &authority, "--oauth2-bearer", DEFAULT_TOKEN, &url])?;
    assert!(answer.contains("totalCount"), "{answer}");
    let error =
        curl(&["--oauth2-bearer", DEFAULT_TOKEN, &url]).expect_err("the authority is not trusted");
    assert!(error.to_string().contains("certificate"), "{error}");
    Ok(())
}

#[test]
fn a_certificate_and_its_key_require_each_other_and_must_exist() -> anyhow::Result<()> {
    for (arguments, complaint) in [
        (&["--tls-cert", "a.pem"][..], "--tls-key <FILE>"),
        (&["--tls-key", "a.pem"], "--tls-cert <FILE>"),
        (&["--tls-cert", "nowhere.pem", "--tls-key", "a.pem"], "cannot read `nowhere.pem`"),
    ] {
        let output = Program::output(arguments)?;
        assert!(!output.status.success());
        let told = String::from_utf8(output.stderr).context("the standard error is not UTF-8")?;
        assert!(told.contains(complaint), "{told}");
    }
    Ok(())
}
