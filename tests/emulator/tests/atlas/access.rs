//! Authentication, routing, recorded requests and startup errors.

use atlas_emulator::{Emulator, Fault};
use reqwest::Method;
use tokio::{
    net::TcpStream,
    time::{Duration, sleep},
};

use crate::session::{BUCKETS, LEGACY_JOBS, Session, answer};

#[tokio::test]
async fn only_the_configured_bearer_token_is_accepted() -> anyhow::Result<()> {
    let session = Session::with(Emulator::builder().token("secret")).await?;
    let url = format!("{}{LEGACY_JOBS}", session.atlas.url());
    let cases = [
        (None, 401),
        (Some("Bearer wrong"), 401),
        (Some("Bearer"), 401),
        (Some("Basic secret"), 401),
        (Some("Bearer secret"), 200),
        (Some("bearer secret"), 200),
    ];
    for (credentials, status) in cases {
        let mut request = session.http.get(&url);
        if let Some(credentials) = credentials {
            request = request.header("Authorization", credentials);
        }
        let answer = answer(request).await?;
        assert_eq!(answer.status, status, "{credentials:?}");
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        let scheme = match credentials {
            _ if status == 200 => "",
            Some("Bearer wrong") => "Bearer error=",
            _ => "Digest realm=",
        };
        assert!(challenge.starts_with(scheme), "{credentials:?}: {challenge}");
        assert_eq!(challenge.is_empty(), scheme.is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn unknown_paths_and_methods_are_rejected() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let cases = [
        (Method::GET, "/", 404, None),
        (Method::GET, "/api/atlas/v2/groups", 404, None),
        (
            Method::GET,
            "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/backup/exportBuckets/",
            404,
            None,
        ),
        (Method::PUT, BUCKETS, 405, Some("GET, POST")),
        (Method::DELETE, LEGACY_JOBS, 405, Some("GET")),
    ];
    for (method, path, status, allow) in cases {
        let answer = answer(session.request(method, path)).await?;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.body["error"], status);
        assert_eq!(answer.header("allow"), allow);
    }
    Ok(())
}

#[tokio::test]
async fn the_x_error_code_header_repeats_the_code_of_an_error() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let lost = answer(session.request(Method::GET, "/nowhere?envelope=true")).await?;
    assert_eq!(lost.header("x-error-code"), Some("RESOURCE_NOT_FOUND"));
    session.atlas.inject([Fault::gone()]);
    assert_eq!(session.list("").await?.header("x-error-code"), Some("VERSION_GONE"));
    assert_eq!(session.list("").await?.header("x-error-code"), None);
    Ok(())
}

#[tokio::test]
async fn requests_are_recorded_and_debug_hides_the_token() -> anyhow::Result<()> {
    let session = Session::start().await?;
    answer(session.request(Method::GET, &format!("{LEGACY_JOBS}?pretty=false"))).await?;
    answer(session.request(Method::POST, "/nowhere").body("a body")).await?;
    let requests = session.atlas.requests();
    let [listed, lost] = requests.as_slice() else {
        panic!("expected two requests, found {requests:?}")
    };
    assert_eq!(listed.uri.to_string(), format!("{LEGACY_JOBS}?pretty=false"));
    assert_eq!(listed.headers["authorization"], "Bearer emulator-token");
    assert_eq!((lost.method.as_str(), &lost.body[..]), ("POST", &b"a body"[..]));
    assert!(!format!("{listed:?}").contains("emulator-token"));
    Ok(())
}

#[tokio::test]
async fn an_oversized_body_is_rejected() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let answer = answer(session.request(Method::POST, BUCKETS).body(vec![b' '; 2 << 20])).await?;
    assert_eq!(answer.status, 413);
    Ok(())
}

/// Waits until nothing listens at a URL. Tries repeatedly, because another test may briefly reuse the
/// port.
async fn silence(url: &str) -> anyhow::Result<()> {
    let address = url.trim_start_matches("http://");
    for _ in 0..250 {
        if TcpStream::connect(address).await.is_err() {
            return Ok(());
        }
        sleep(Duration::from_millis(20)).await;
    }
    anyhow::bail!("`{url}` still accepts connections after five seconds")
}

#[tokio::test]
async fn the_server_stops_listening_when_it_is_stopped() -> anyhow::Result<()> {
    let session = Session::start().await?;
    answer(session.request(Method::GET, LEGACY_JOBS)).await?;
    let url = session.atlas.url().to_owned();
    session.atlas.stop().await?;
    silence(&url).await
}

#[tokio::test]
async fn the_server_stops_listening_when_it_is_dropped() -> anyhow::Result<()> {
    let session = Session::start().await?;
    answer(session.request(Method::GET, LEGACY_JOBS)).await?;
    let url = session.atlas.url().to_owned();
    drop(session);
    silence(&url).await
}

#[tokio::test]
async fn a_missing_or_malformed_spec_is_an_error() -> anyhow::Result<()> {
    let missing = Emulator::builder().spec("nowhere.yaml").start().await;
    let error = format!("{:#}", missing.expect_err("the file does not exist"));
    assert!(error.contains("cannot read the spec `nowhere.yaml`"), "{error}");

    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let broken = Emulator::builder().spec(manifest).start().await;
    let error = format!("{:#}", broken.expect_err("a manifest is not a spec"));
    assert!(error.contains("it is not an OpenAPI 3.0 document"), "{error}");
    Ok(())
}

#[tokio::test]
async fn an_error_names_the_invalid_part_of_the_spec() -> anyhow::Result<()> {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/atlas.yaml");
    let spec = std::fs::read_to_string(spec)?;
    let cases = [
        ("operationId: ", "x-id: ", "it has no operation with an `operationId`"),
        (
            "parameters/groupId",
            "parameters/gruopId",
            "`#/components/parameters/gruopId` has no target",
        ),
        ("schemas/AwsExportBucketRequest'", "schemas/Aws'", "/components/schemas/Aws"),
        ("x-sunset: '2027-07-01'", "x-sunset: 'soon'", "the `x-sunset` of `application/vnd.atlas"),
    ];
    for (number, (right, wrong, complaint)) in cases.into_iter().enumerate() {
        let file = format!("{}/broken-{number}.yaml", env!("CARGO_TARGET_TMPDIR"));
        std::fs::write(&file, spec.replace(right, wrong))?;
        let outcome = Emulator::builder().spec(&file).start().await;
        let error = format!("{:#}", outcome.expect_err(wrong));
        assert!(error.contains(&file) && error.contains(complaint), "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn an_error_names_the_port_that_is_in_use() -> anyhow::Result<()> {
    let first = Emulator::start().await?;
    let port = first.url().rsplit(':').next().unwrap_or_default().parse()?;
    let second = Emulator::builder().port(port).start().await;
    let error = format!("{:#}", second.expect_err("the port is in use"));
    assert!(error.contains(&format!("cannot listen on `127.0.0.1:{port}`")), "{error}");
    Ok(())
}
