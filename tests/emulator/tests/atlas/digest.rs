//! HTTP Digest with curl and with hand-written requests.

use std::{collections::BTreeSet, time::Duration};

use anyhow::Context as _;
use atlas_emulator::{Algorithm, DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY, Digest, Emulator, Fault};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use md5::{Digest as _, Md5};
use reqwest::Method;
use tokio::process::Command;

use crate::session::{Answer, LEGACY_JOBS, Session, answer};

async fn curl(atlas: &Emulator, user: &str) -> anyhow::Result<String> {
    let output = Command::new("curl")
        .args(["--silent", "--output", "-", "--write-out", "%{http_code}", "--noproxy", "*"])
        .args(["--digest", "--user", user, &format!("{}{LEGACY_JOBS}?pretty=true", atlas.url())])
        .output()
        .await?;
    Ok(String::from_utf8(output.stdout)?)
}

#[tokio::test]
async fn curl_is_accepted_with_every_supported_algorithm() -> anyhow::Result<()> {
    for algorithm in
        [Algorithm::Md5, Algorithm::Md5Session, Algorithm::Sha256, Algorithm::Sha256Session]
    {
        let digest = Digest { algorithms: vec![algorithm], ..Digest::default() };
        let atlas = Emulator::builder().digest(digest).start().await?;
        let right = curl(&atlas, &format!("{DEFAULT_PUBLIC_KEY}:{DEFAULT_PRIVATE_KEY}")).await?;
        assert!(right.ends_with("200"), "{algorithm:?}: {right}");
        for user in [format!("{DEFAULT_PUBLIC_KEY}:wrong"), format!("x:{DEFAULT_PRIVATE_KEY}")] {
            let wrong = curl(&atlas, &user).await?;
            assert!(wrong.ends_with("401"), "{algorithm:?}: {wrong}");
        }
    }
    Ok(())
}

async fn send(session: &Session, authorization: &str) -> anyhow::Result<Answer> {
    let url = format!("{}{LEGACY_JOBS}", session.atlas.url());
    answer(session.http.request(Method::GET, url).header("Authorization", authorization)).await
}

/// Sends a valid request with curl and returns its `Authorization` header.
async fn accepted(session: &Session) -> anyhow::Result<String> {
    let url = format!("{}{LEGACY_JOBS}", session.atlas.url());
    let user = format!("{DEFAULT_PUBLIC_KEY}:{DEFAULT_PRIVATE_KEY}");
    let arguments = ["--silent", "--noproxy", "*", "--digest", "--user", &user, &url];
    Command::new("curl").args(arguments).output().await?;
    let request = session.atlas.requests().pop().context("curl sent no request")?;
    let value = request.headers.get("authorization").context("curl sent no credentials")?;
    Ok(value.to_str()?.to_owned())
}

/// Returns the nonce of a new challenge.
async fn nonce(session: &Session) -> anyhow::Result<String> {
    let refused = send(session, "Digest").await?;
    let challenge = refused.header("www-authenticate").context("the response has no challenge")?;
    let (_, rest) = challenge.split_once(" nonce=\"").context("the challenge has no nonce")?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}

/// Returns a valid `Authorization` header for a `GET` request to `uri`.
fn proof(nonce: &str, count: u32, uri: &str) -> String {
    proof_with(nonce, &format!("{count:08x}"), "c", uri)
}

fn proof_with(nonce: &str, count: &str, cnonce: &str, uri: &str) -> String {
    let key = md5(format!("{DEFAULT_PUBLIC_KEY}:MMS Public API:{DEFAULT_PRIVATE_KEY}"));
    let request = md5(format!("GET:{uri}"));
    let response = md5(format!("{key}:{nonce}:{count}:{cnonce}:auth:{request}"));
    format!(
        "Digest username=\"{DEFAULT_PUBLIC_KEY}\", realm=\"MMS Public API\", uri=\"{uri}\", \
         nonce=\"{nonce}\", nc={count}, cnonce=\"{cnonce}\", qop=auth, response=\"{response}\""
    )
}

fn md5(text: String) -> String {
    format!("{:032x}", u128::from_be_bytes(Md5::digest(text).into()))
}

/// The challenge must have only the parameters that Atlas sends, because the Go SDK supports no other parameters.
#[tokio::test]
async fn the_challenge_has_the_same_form_as_in_atlas() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let refused = send(&session, "Digest").await?;
    let challenges = refused.headers.get_all("www-authenticate").iter().collect::<Vec<_>>();
    let [challenge] = challenges.as_slice() else {
        panic!("expected one challenge, found {challenges:?}")
    };
    let (start, rest) =
        challenge.to_str()?.split_once("nonce=\"").context("the challenge has no nonce")?;
    let (nonce, rest) = rest.split_once('"').context("the nonce has no closing quote")?;
    assert_eq!(start, r#"Digest realm="MMS Public API", domain="", "#);
    assert_eq!(rest, r#", algorithm=MD5, qop="auth", stale=false"#);
    assert_eq!(BASE64_STANDARD.decode(nonce)?.len(), 24, "{nonce}");
    assert_eq!(refused.body["errorCode"], "UNEXPECTED_ERROR");
    Ok(())
}

#[tokio::test]
async fn each_challenge_has_a_new_nonce() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let mut nonces = BTreeSet::new();
    for _ in 0..3 {
        let refused = send(&session, "Digest").await?;
        nonces.insert(
            refused.header("www-authenticate").context("the response has no challenge")?.to_owned(),
        );
    }
    assert_eq!(nonces.len(), 3);
    Ok(())
}

/// The hostile challenge conforms to RFC 9110 and RFC 7616, so correct hand-written credentials for the challenge
/// succeed.
#[tokio::test]
async fn correct_credentials_for_a_hostile_challenge_are_accepted() -> anyhow::Result<()> {
    let session = Session::start().await?;
    session.atlas.inject([Fault::HostileChallenge]);
    let refused = send(&session, "").await?;
    let challenge = refused.header("www-authenticate").context("the response has no challenge")?;
    assert!(challenge.starts_with("Basic realm=") && challenge.contains(", Digest opaque="));
    let nonce = r#"00000000, "nonce\"=="#;
    assert!(challenge.contains(r#" nonce="00000000, \"nonce\\\"==""#), "{challenge}");

    let key = md5(format!("{DEFAULT_PUBLIC_KEY}:MMS Public API:{DEFAULT_PRIVATE_KEY}"));
    let request = md5(format!("GET:{LEGACY_JOBS}"));
    let response = md5(format!("{key}:{nonce}:00000001:c:auth:{request}"));
    let proof = format!(
        r#"Digest username="{DEFAULT_PUBLIC_KEY}", realm="MMS Public API", uri="{LEGACY_JOBS}",
        nonce="00000000, \"nonce\\\"==", nc=00000001, cnonce="c", qop=auth, response="{response}""#
    )
    .replace('\n', "");
    let opaque = r#", opaque="opaque, \"text\"""#;
    assert_eq!(send(&session, &proof).await?.status, 401, "`opaque` is missing");
    assert_eq!(send(&session, &format!("{proof}{opaque}")).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn the_hostile_challenge_fault_rejects_digest_credentials_but_not_a_bearer_token()
-> anyhow::Result<()> {
    let session = Session::start().await?;
    let sent = accepted(&session).await?;
    session.atlas.inject([Fault::HostileChallenge, Fault::HostileChallenge]);
    let refused = send(&session, &sent).await?;
    assert!(refused.header("www-authenticate").unwrap_or_default().contains("stale=true"));
    assert_eq!(session.list("").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_replay_is_rejected() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let sent = accepted(&session).await?;
    let again = send(&session, &sent).await?;
    assert_eq!(again.status, 401);
    assert!(
        again.body["detail"].as_str().unwrap_or_default().contains("already used with this count")
    );
    Ok(())
}

#[tokio::test]
async fn a_nonce_count_without_eight_digits_or_an_empty_cnonce_is_rejected() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let nonce = nonce(&session).await?;
    for (count, cnonce, status) in
        [("1", "c", 401), ("000000001", "c", 401), ("00000001", "", 401), ("00000001", "c", 200)]
    {
        let sent = send(&session, &proof_with(&nonce, count, cnonce, LEGACY_JOBS)).await?;
        assert_eq!(sent.status, status, "{count} {cnonce}");
    }
    Ok(())
}

#[tokio::test]
async fn changed_credentials_are_rejected() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let nonce = nonce(&session).await?;
    let changes = [
        (" nc=0", " nc=1"),
        ("username=\"emulator\"", "username=\"other\""),
        ("realm=\"MMS Public API\"", "realm=\"other\""),
        ("qop=auth", "qop=auth-int"),
        ("qop=auth", "qop=auth, qop=auth"),
        ("qop=auth", "qop=auth, algorithm=SHA-256"),
        ("/exports\"", "/exports?pretty=true\""),
        (" nonce=\"", " nonce=\"x"),
        (", response=", ", opaque=\"x\", response="),
        ("response=\"", "response=\"0"),
    ];
    // Each count is new, because a repeated count would be rejected even with correct credentials.
    for (count, (from, to)) in (1..).zip(changes) {
        let sent = proof(&nonce, count, LEGACY_JOBS);
        assert!(sent.contains(from), "`{from}` is not in `{sent}`");
        let spoilt = send(&session, &sent.replace(from, to)).await?;
        assert_eq!(spoilt.status, 401, "{to}");
        let challenge = spoilt.header("www-authenticate").unwrap_or_default();
        assert!(challenge.contains("stale=false"), "{to}: {challenge}");
    }
    assert_eq!(send(&session, &proof(&nonce, 99, LEGACY_JOBS)).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_nonce_becomes_stale_after_its_uses_or_its_lifetime() -> anyhow::Result<()> {
    let by_use = Digest { uses: Some(0), ..Digest::default() };
    let by_time = Digest { lifetime: Some(Duration::ZERO), ..Digest::default() };
    for digest in [by_use, by_time] {
        let session = Session::with(Emulator::builder().digest(digest)).await?;
        let stale = send(&session, &accepted(&session).await?).await?;
        let challenge = stale.header("www-authenticate").unwrap_or_default();
        assert!(challenge.contains("stale=true"), "{challenge}");
    }
    Ok(())
}

#[tokio::test]
async fn a_nonce_has_exactly_the_configured_number_of_uses() -> anyhow::Result<()> {
    let digest = Digest { uses: Some(2), ..Digest::default() };
    let session = Session::with(Emulator::builder().digest(digest)).await?;
    let nonce = nonce(&session).await?;
    for (count, status) in [(1, 200), (2, 200), (3, 401)] {
        let answer = send(&session, &proof(&nonce, count, LEGACY_JOBS)).await?;
        assert_eq!(answer.status, status, "use {count}");
    }
    Ok(())
}

#[tokio::test]
async fn credentials_for_a_different_path_are_rejected() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let nonce = nonce(&session).await?;
    assert_eq!(send(&session, &proof(&nonce, 1, "/api/atlas/v2/groups")).await?.status, 401);
    assert_eq!(send(&session, &proof(&nonce, 1, LEGACY_JOBS)).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn malformed_credentials_are_rejected() -> anyhow::Result<()> {
    let session = Session::start().await?;
    for value in ["Digest", "Digest x", "Digest a=\"b", "Digest nc=1, nc=2", "Digest nc=zzzzzzzz"] {
        assert_eq!(send(&session, value).await?.status, 401, "{value}");
    }
    Ok(())
}
