//! Tests of the program `atlas-emulator`, some of them with the curl commands from the Atlas reference.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::Duration,
};

use anyhow::Context as _;
use atlas_emulator::{DEFAULT_GROUP_ID, DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY};

pub(crate) struct Program {
    child: Child,
    pub(crate) url: String,
}

impl Program {
    /// Runs the program until it exits, and returns its output.
    pub(crate) fn output(arguments: &[&str]) -> anyhow::Result<Output> {
        Ok(Command::new(env!("CARGO_BIN_EXE_atlas-emulator")).args(arguments).output()?)
    }

    pub(crate) fn start(arguments: &[&str]) -> anyhow::Result<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_atlas-emulator"))
            .args(["--port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().context("the program has no standard output to read")?;
        let mut url = String::new();
        BufReader::new(output).read_line(&mut url)?;
        Ok(Self { child, url: url.trim_end().to_owned() })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // The program may have already exited.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

pub(crate) fn curl(arguments: &[&str]) -> anyhow::Result<String> {
    let Output { status, stdout, stderr } = Command::new("curl")
        .args(["--silent", "--show-error", "--noproxy", "*"])
        .args(arguments)
        .output()
        .context("cannot run `curl`: install it")?;
    anyhow::ensure!(status.success(), "`curl` failed: {}", String::from_utf8_lossy(&stderr));
    Ok(String::from_utf8(stdout)?)
}

/// Sends the create request from the Atlas reference with the given credentials. Returns all responses with their
/// headers.
fn create_a_bucket(credentials: &[&str]) -> anyhow::Result<String> {
    let program = Program::start(&[])?;
    let url = format!(
        "{}/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/backup/exportBuckets",
        program.url
    );
    let request = [
        "--include",
        "--header",
        "Accept: application/vnd.atlas.2023-02-01+json",
        "--header",
        "Content-Type: application/json",
        "-X",
        "POST",
        &url,
        "-d",
        r#"{
  "iamRoleId": "668c5f0ed436263134491592",
  "bucketName": "export-bucket",
  "cloudProvider": "AWS",
  "requirePrivateNetworking": false
}"#,
    ];
    curl(&[credentials, &request].concat())
}

fn check_bucket(answer: &str) -> anyhow::Result<()> {
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    let content_type = "content-type: application/vnd.atlas.2023-01-01+json;charset=utf-8\r\n";
    assert!(answer.contains(content_type), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").context("the response has no body")?;
    let bucket: serde_json::Value = serde_json::from_str(body)?;
    assert_eq!(
        bucket.get("iamRoleId").context("the bucket has no `iamRoleId`")?,
        "668c5f0ed436263134491592"
    );
    Ok(())
}

#[test]
fn the_curl_command_from_the_reference_creates_a_bucket_with_a_token() -> anyhow::Result<()> {
    check_bucket(&create_a_bucket(&["--header", "Authorization: Bearer emulator-token"])?)
}

#[test]
fn the_curl_command_from_the_reference_creates_a_bucket_with_an_api_key() -> anyhow::Result<()> {
    let user = format!("{DEFAULT_PUBLIC_KEY}:{DEFAULT_PRIVATE_KEY}");
    let answers = create_a_bucket(&["--user", &user, "--digest"])?;
    assert!(answers.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{answers}");
    check_bucket(answers.get(answers.rfind("HTTP/1.1 ").unwrap_or_default()..).unwrap_or_default())
}

/// Sends the list request from the Atlas reference with the given credentials and checks the response.
fn list_jobs(credentials: &[&str]) -> anyhow::Result<()> {
    let program = Program::start(&["--token", "mine", "--cluster-name", "Orders", "--jobs", "2"])?;
    let url = format!(
        "{}/api/atlas/v1.0/groups/32b6e34b3d91647abb20e7b8/clusters/Orders/backup/exports",
        program.url
    );
    let answer = curl(&[&["--request", "GET", &url], credentials].concat())?;
    let page: serde_json::Value = serde_json::from_str(&answer)?;
    assert_eq!(page.get("totalCount").context("the page has no `totalCount`")?, 2, "{page}");
    assert!(answer.contains("/Orders/2"), "expected jobs of the cluster `Orders`, found `{page}`");
    Ok(())
}

#[test]
fn a_configured_project_and_cluster_replace_the_default_ones() -> anyhow::Result<()> {
    const OTHER: &str = "5f0e1c2d3b4a596877665544";
    let answer = |options: &[&str], group: &str, cluster: &str| {
        let program = Program::start(options)?;
        let path = format!("/api/atlas/v2/groups/{group}/clusters/{cluster}/backup/exports");
        let url = format!("{}{path}", program.url);
        let accept = "Accept: application/vnd.atlas.2023-01-01+json";
        curl(&["--header", accept, "--header", "Authorization: Bearer emulator-token", &url])
    };
    let project = ["--group-id", OTHER];
    assert!(answer(&project, OTHER, "Cluster0")?.contains("\"totalCount\":6"));
    assert!(answer(&project, DEFAULT_GROUP_ID, "Cluster0")?.contains("GROUP_NOT_FOUND"));
    let cluster = ["--cluster-name", "Orders"];
    assert!(answer(&cluster, DEFAULT_GROUP_ID, "Orders")?.contains("\"totalCount\":6"));
    assert!(answer(&cluster, DEFAULT_GROUP_ID, "Cluster0")?.contains("CLUSTER_NOT_FOUND"));
    let clusters = [&project, &cluster, &["--cluster-name", "Users", "--jobs", "2"][..]].concat();
    for (name, found) in [("Orders", "\"totalCount\":2"), ("Users", "/Users/2")] {
        assert!(answer(&clusters, OTHER, name)?.contains(found), "{name}");
    }
    Ok(())
}

#[test]
fn the_service_account_and_the_api_key_can_be_configured() -> anyhow::Result<()> {
    let account = ["--client-id", "mdb_sa_id_mine", "--client-secret", "mdb_sa_sk_mine"];
    let key = ["--public-key", "mine", "--private-key", "my-secret"];
    let program = Program::start(&[account, key].concat())?;
    let url = format!("{}/api/oauth/token", program.url);
    let form = ["--data", "grant_type=client_credentials", &url];
    let answer = curl(&[&["--user", "mdb_sa_id_mine:mdb_sa_sk_mine"], &form[..]].concat())?;
    assert!(answer.contains("access_token"), "{answer}");

    let url = format!(
        "{}/api/atlas/v1.0/groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/exports",
        program.url
    );
    let answer = curl(&["--digest", "--user", "mine:my-secret", &url])?;
    assert!(answer.contains("totalCount"), "{answer}");
    Ok(())
}

#[test]
fn the_curl_command_from_the_reference_lists_jobs_with_a_token() -> anyhow::Result<()> {
    list_jobs(&["--header", "Authorization: Bearer mine"])
}

#[test]
fn the_curl_command_from_the_reference_lists_jobs_with_an_api_key() -> anyhow::Result<()> {
    let user = format!("{DEFAULT_PUBLIC_KEY}:{DEFAULT_PRIVATE_KEY}");
    list_jobs(&["--user", &user, "--digest"])
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_the_program_cleanly() -> anyhow::Result<()> {
    let mut program = Program::start(&[])?;
    let id = program.child.id().to_string();
    interrupt(&id)?;
    assert!(program.child.wait()?.success());
    Ok(())
}

/// Sends SIGINT with the shell's builtin `kill`, because the program `kill` does not exist everywhere.
#[cfg(unix)]
fn interrupt(id: &str) -> anyhow::Result<()> {
    let kill = format!("kill -INT {id}");
    anyhow::ensure!(Command::new("sh").args(["-c", &kill]).status()?.success(), "`{kill}` failed");
    Ok(())
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_the_program_even_if_a_request_is_incomplete() -> anyhow::Result<()> {
    let mut program = Program::start(&[])?;
    let mut connection = TcpStream::connect(program.url.trim_start_matches("http://"))?;
    connection.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")?;
    // Once the program has responded to this later request, it has received the start of the first request.
    curl(&[&program.url])?;
    interrupt(&program.child.id().to_string())?;
    for _ in 0..600 {
        if let Some(status) = program.child.try_wait()? {
            assert!(status.success());
            return Ok(());
        }
        sleep(Duration::from_millis(50));
    }
    anyhow::bail!("the program still runs 30 seconds after Ctrl-C")
}

#[test]
fn a_missing_spec_is_reported_on_stderr() -> anyhow::Result<()> {
    let output = Program::output(&["--spec", "nowhere.yaml"])?;
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let told = String::from_utf8(output.stderr)?;
    assert!(told.contains("cannot read the spec `nowhere.yaml`"), "{told}");
    Ok(())
}
