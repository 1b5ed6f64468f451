//! Runs the `snapshot_exports` example as a program.
//!
//! `cargo test` builds the example first, unless options select the targets to test. With such options, run `cargo
//! build --examples` first. Otherwise, the tests run an outdated build, or fail if there is no build.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use atlas_emulator::{
    Builder, DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID, DEFAULT_SNAPSHOT_ID, DEFAULT_TOKEN, Emulator,
    ExportOutcome, sample_jobs,
};
use generated_client::models::{ExportBucket, ExportJob, ExportJobState};

const ROLE: &str = "668c5f0ed436263134491592";

/// The exit code and the output of a run.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    /// Parses the jobs that `--json` prints.
    fn jobs(&self) -> Vec<ExportJob> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Returns the error message. Apart from the line that names the server, the message must be the only output.
    fn error(&self) -> &str {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{self:?}");
        let errors: Vec<_> = self.err.lines().filter(|line| !line.starts_with("using ")).collect();
        let [error] = errors.as_slice() else { panic!("expected one line: {self:?}") };
        error.strip_prefix("error: ").unwrap()
    }
}

/// Returns the path of the example. Tests are in `target/PROFILE/deps`, examples in
/// `target/PROFILE/examples`.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).unwrap().join("examples");
    let program = folder.join(format!("snapshot_exports{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.exists(),
        "run `cargo build --examples` first: there is no `{}`",
        program.display()
    );
    program
}

/// Runs the example with the given environment variables, and without any other `MONGODB_ATLAS_*` variable.
async fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    run_command(Command::new(program()), arguments, variables).await
}

async fn run_command(mut command: Command, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MONGODB_ATLAS_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    Run {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the example against `atlas`, with its default project and cluster.
async fn run_against(atlas: &Emulator, token: &str, arguments: &[&str]) -> Run {
    let cluster = ["--group-id", DEFAULT_GROUP_ID, "--cluster-name", DEFAULT_CLUSTER_NAME];
    let variables =
        [("MONGODB_ATLAS_BASE_URL", atlas.url()), ("MONGODB_ATLAS_ACCESS_TOKEN", token)];
    run(&[&cluster, arguments].concat(), &variables).await
}

/// Returns each request as `METHOD PATH ACCEPT`, without the query.
fn requests(atlas: &Emulator) -> Vec<String> {
    let line = |request: atlas_emulator::RecordedRequest| {
        let accept = request.headers.get("accept").unwrap().to_str().unwrap();
        format!("{} {} {accept}", request.method, request.uri.path())
    };
    atlas.requests().into_iter().map(line).collect()
}

#[tokio::test]
async fn without_flags_and_variables_the_example_uses_a_local_atlas() {
    let run = run(&[], &[]).await;
    assert_eq!(run.code, Some(0), "{run:?}");
    let mut lines = run.out.lines();
    assert!(lines.next().unwrap().contains("JOB"), "{run:?}");
    let states = lines.map(|line| line.split_whitespace().nth(1).unwrap());
    let expected = ["Queued", "InProgress", "Successful", "Successful", "Failed", "Cancelled"];
    assert_eq!(states.collect::<Vec<_>>(), expected);
    assert!(run.err.starts_with("using a local Atlas at http://127.0.0.1:"), "{run:?}");
    assert!(run.err.contains("created the export bucket export-bucket ("), "{run:?}");
}

#[tokio::test]
async fn with_json_the_example_prints_one_line_for_each_job() {
    let run = run(&["--json"], &[]).await;
    let jobs = run.jobs();
    assert_eq!(jobs.len(), 6);
    assert_eq!(jobs[4].state, Some(ExportJobState::Failed));
}

#[tokio::test]
async fn by_default_no_bucket_is_created_on_a_server_from_the_environment() {
    let atlas = Emulator::start().await.unwrap();
    let run = run_against(&atlas, DEFAULT_TOKEN, &["--json"]).await;
    assert_eq!(run.jobs().len(), 6);
    assert_eq!(run.err, format!("using {}\n", atlas.url()));
    assert!(atlas.export_buckets().is_empty());
}

#[tokio::test]
async fn a_named_bucket_is_created_before_the_jobs_are_listed() {
    let atlas = Emulator::start().await.unwrap();
    let flags = ["--bucket-name", "my-exports", "--iam-role-id", ROLE];
    let run = run_against(&atlas, DEFAULT_TOKEN, &flags).await;
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(atlas.export_buckets()[0]["bucketName"], "my-exports");
    assert_eq!(atlas.export_buckets()[0]["iamRoleId"], ROLE);
    let project = format!("/api/atlas/v2/groups/{DEFAULT_GROUP_ID}");
    assert_eq!(
        requests(&atlas),
        [
            format!("POST {project}/backup/exportBuckets application/vnd.atlas.2024-05-30+json"),
            format!(
                "GET {project}/clusters/Cluster0/backup/exports \
                 application/vnd.atlas.2023-01-01+json"
            ),
        ]
    );
}

#[tokio::test]
async fn the_older_version_works_with_a_warning_and_the_legacy_operation_without_one() {
    let atlas = Emulator::start().await.unwrap();
    let older = ["--api-version", "2023-01-01", "--legacy", "--json"];
    let bucket = ["--bucket-name", "my-exports", "--iam-role-id", ROLE];
    let run = run_against(&atlas, DEFAULT_TOKEN, &[&older[..], &bucket].concat()).await;
    assert_eq!(run.jobs().len(), 6);
    let warnings: Vec<_> = run.err.lines().filter(|line| line.contains("WARN")).collect();
    let [create] = warnings.as_slice() else { panic!("{run:?}") };
    assert!(create.contains("createGroupBackupExportBucket"), "{create}");
    assert!(create.contains("Thu, 1 Jul 2027"), "{create}");
    let groups = format!("groups/{DEFAULT_GROUP_ID}");
    assert_eq!(
        requests(&atlas),
        [
            format!(
                "POST /api/atlas/v2/{groups}/backup/exportBuckets \
                 application/vnd.atlas.2023-01-01+json"
            ),
            format!(
                "GET /api/atlas/v1.0/{groups}/clusters/Cluster0/backup/exports application/json"
            ),
        ]
    );
}

#[tokio::test]
async fn all_pages_are_listed() {
    let atlas = Emulator::builder().jobs(sample_jobs(1001)).start().await.unwrap();
    let run = run_against(&atlas, DEFAULT_TOKEN, &["--json"]).await;
    let mut ids: Vec<_> = run.jobs().into_iter().map(|job| job.id).collect();
    ids.dedup();
    assert_eq!((ids.len(), atlas.requests().len()), (1001, 3));
}

#[tokio::test]
async fn a_wrong_token_is_reported_in_one_line() {
    let atlas = Emulator::start().await.unwrap();
    let run = run_against(&atlas, "wrong-token", &[]).await;
    assert!(run.error().contains("401"), "{run:?}");
    assert!(!run.err.contains("wrong-token"), "{run:?}");
}

#[tokio::test]
async fn one_flag_of_a_pair_is_an_error_that_names_the_missing_flag() {
    let name = run(&["--bucket-name", "my-exports"], &[]).await;
    assert!(name.error().contains("requires `--iam-role-id`"), "{name:?}");
    let role = run(&["--iam-role-id", ROLE], &[]).await;
    assert!(role.error().contains("requires `--bucket-name`"), "{role:?}");
}

#[tokio::test]
async fn an_unknown_version_is_an_error_that_names_the_valid_versions() {
    let run = run(&["--api-version", "2025-01-01"], &[]).await;
    assert!(run.error().contains("`2023-01-01` or `2024-05-30`"), "{run:?}");
}

#[tokio::test]
async fn an_error_names_the_value_that_breaks_a_rule() {
    for (flags, named) in
        [(["--group-id", "xyz"], "groupId"), (["--cluster-name", "a/b"], "clusterName")]
    {
        let run = run(&flags, &[]).await;
        let error = run.err.lines().last().unwrap();
        assert_eq!(run.code, Some(1));
        assert!(error.starts_with("error: ") && error.contains(named), "{run:?}");
    }
    let run = run(&["--bucket-name", "my-exports", "--iam-role-id", "xyz"], &[]).await;
    assert!(run.error().contains("--iam-role-id"), "{run:?}");
}

#[tokio::test]
async fn with_a_server_from_the_environment_the_project_is_required() {
    let token = ("MONGODB_ATLAS_ACCESS_TOKEN", "token");
    let run = run(&[], &[token]).await;
    assert!(run.error().contains("`--group-id` is missing"), "{run:?}");
}

#[tokio::test]
async fn a_base_url_without_credentials_is_an_error_that_names_the_missing_variables() {
    let flags = ["--group-id", DEFAULT_GROUP_ID, "--cluster-name", DEFAULT_CLUSTER_NAME];
    let run = run(&flags, &[("MONGODB_ATLAS_BASE_URL", "http://127.0.0.1:9")]).await;
    assert!(run.error().contains("MONGODB_ATLAS_ACCESS_TOKEN"), "{run:?}");
}

/// Watches a job. Each lookup returns the job in the next of the given states, with the given number of exported
/// collections.
async fn watch(states: &[(&str, u32)], arguments: &[&str]) -> Run {
    let job = |(state, exported): &(&str, u32)| {
        vec![serde_json::json!({
            "id": JOB,
            "exportBucketId": DEFAULT_GROUP_ID,
            "state": state,
            "stateReason": (*state == "Failed").then(|| serde_json::json!({ "message": "no access" })),
            "exportStatus": { "exportedCollections": exported, "totalCollections": 42 },
        })]
    };
    let atlas = Emulator::builder().jobs_over_time(states.iter().map(job)).start().await.unwrap();
    let arguments = [&["--watch", JOB, "--interval", "0.1"], arguments].concat();
    run_against(&atlas, DEFAULT_TOKEN, &arguments).await
}

const JOB: &str = "6817355c1f2a3b4c5d6e7f03";

#[tokio::test]
async fn without_a_terminal_a_watch_prints_a_line_for_each_change() {
    let run = watch(&[("Queued", 0), ("InProgress", 17), ("Successful", 42)], &[]).await;
    assert_eq!(run.code, Some(0), "{run:?}");
    let expected = "Queued 0 of 42 collections\nInProgress 17 of 42 collections\n\
                    Successful 42 of 42 collections\n";
    assert_eq!(run.out, expected);
}

/// While a job is queued, Atlas has not counted its collections yet, and an empty cluster has none.
#[tokio::test]
async fn no_progress_is_shown_while_there_are_no_collections() {
    let job = |state: &str| {
        let status = serde_json::json!({ "exportedCollections": 0, "totalCollections": 0 });
        let bucket = DEFAULT_GROUP_ID;
        serde_json::json!({ "id": JOB, "exportBucketId": bucket, "state": state, "exportStatus": status })
    };
    let jobs = ["Queued", "Successful"].map(|state| vec![job(state)]);
    let atlas = Emulator::builder().jobs_over_time(jobs).start().await.unwrap();
    let watch = ["--watch", JOB, "--interval", "0.1"];
    assert_eq!(run_against(&atlas, DEFAULT_TOKEN, &watch).await.out, "Queued\nSuccessful\n");
    let table = run_against(&atlas, DEFAULT_TOKEN, &["jobs"]).await;
    assert!(!table.out.contains("0 of 0"), "{table:?}");
}

/// `script`, from util-linux, runs the program in a terminal.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn on_a_terminal_a_watch_shows_a_progress_bar() {
    let mut terminal = Command::new("script");
    terminal.env("TERM", "xterm").args(["--quiet", "--return", "--command"]);
    let watch = format!("{} --watch {JOB} --interval 0.1", program().display());
    let run = run_command(terminal, &[&watch, "/dev/null"], &[]).await;
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.out.contains("42 of 42 Successful") && run.out.contains('█'), "{run:?}");
}

#[tokio::test]
async fn the_example_exits_with_2_if_the_job_fails_or_is_cancelled() {
    let run = watch(&[("Failed", 17)], &[]).await;
    assert_eq!((run.code, run.out.as_str()), (Some(2), "Failed: no access 17 of 42 collections\n"));
    let run = watch(&[("InProgress", 17), ("Cancelled", 17)], &["--json"]).await;
    assert_eq!((run.code, run.jobs().len()), (Some(2), 2));
    assert_eq!(run.jobs()[1].state, Some(ExportJobState::Cancelled));
}

#[tokio::test]
async fn the_example_exits_with_3_if_the_job_is_not_done_at_the_time_limit() {
    let run = watch(&[("InProgress", 17)], &["--time-limit", "2"]).await;
    assert_eq!(run.code, Some(3), "{run:?}");
    assert_eq!(run.out, "InProgress 17 of 42 collections\n");
    assert!(run.err.contains("error: watchExportJob found no final state of the export job"));
    assert!(run.err.contains(" within 2s"), "{run:?}");
}

#[tokio::test]
async fn the_example_exits_with_1_if_the_job_is_missing_or_a_flag_is_wrong() {
    let atlas = Emulator::start().await.unwrap();
    let run = run_against(&atlas, DEFAULT_TOKEN, &["--watch", JOB]).await;
    assert!(run.error().contains("RESOURCE_NOT_FOUND"), "{run:?}");
    let run = run_against(&atlas, DEFAULT_TOKEN, &["--watch", JOB, "--legacy"]).await;
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""), "{run:?}");
    assert!(run.err.contains("cannot be used with"), "{run:?}");
}

#[tokio::test]
async fn a_local_atlas_simulates_a_job() {
    let run = run(&["--watch", JOB, "--interval", "0.1"], &[]).await;
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.out.lines().count(), 5);
    assert_eq!(run.out.lines().last(), Some("Successful 42 of 42 collections"));
}

#[tokio::test]
async fn all_three_kinds_of_credentials_work() {
    let atlas = Emulator::start().await.unwrap();
    for credentials in [
        [("MONGODB_ATLAS_ACCESS_TOKEN", DEFAULT_TOKEN), ("MONGODB_ATLAS_PUBLIC_KEY", "")],
        [
            ("MONGODB_ATLAS_CLIENT_ID", atlas_emulator::DEFAULT_CLIENT_ID),
            ("MONGODB_ATLAS_CLIENT_SECRET", atlas_emulator::DEFAULT_CLIENT_SECRET),
        ],
        [
            ("MONGODB_ATLAS_PUBLIC_KEY", atlas_emulator::DEFAULT_PUBLIC_KEY),
            ("MONGODB_ATLAS_PRIVATE_KEY", atlas_emulator::DEFAULT_PRIVATE_KEY),
        ],
    ] {
        let place = ["--group-id", DEFAULT_GROUP_ID, "--cluster-name", DEFAULT_CLUSTER_NAME];
        let url = ("MONGODB_ATLAS_BASE_URL", atlas.url());
        let variables = [&credentials[..], &[url]].concat();
        let run = run(&[&place[..], &["--json"]].concat(), &variables).await;
        assert_eq!(run.jobs().len(), 6, "{credentials:?}");
    }
}

/// Returns a builder for a local Atlas with an export bucket, where each export takes 0.3 seconds.
fn with_bucket() -> Builder {
    let bucket = serde_json::json!({
        "_id": BUCKET, "cloudProvider": "AWS", "bucketName": "my-exports", "iamRoleId": ROLE,
    });
    Emulator::builder().export_bucket(bucket).export_duration(Duration::from_millis(300))
}

const BUCKET: &str = "32b6e34b3d91647abb20e7b9";

/// Returns the method and the last path segment of every request.
fn calls(atlas: &Emulator) -> Vec<String> {
    let requests = atlas.requests();
    let call = |request: &atlas_emulator::RecordedRequest| {
        let end = request.uri.path().rsplit('/').next().unwrap();
        format!("{} {end}", request.method)
    };
    requests.iter().map(call).collect()
}

#[tokio::test]
async fn help_fits_on_one_screen() {
    let run = run(&["--help"], &[]).await;
    assert_eq!(run.code, Some(0));
    assert!(run.out.lines().count() <= 24, "{}", run.out);
    assert!(run.out.lines().all(|line| line.len() <= 80), "{}", run.out);
    for command in ["buckets", "create-bucket", "delete-bucket", "export", "jobs", "watch"] {
        assert!(run.out.contains(&format!("\n  {command} ")), "{command}: {}", run.out);
    }
}

#[tokio::test]
async fn buckets_are_listed_as_a_table_or_as_json() {
    let atlas = with_bucket().start().await.unwrap();
    let table = run_against(&atlas, DEFAULT_TOKEN, &["buckets"]).await;
    let lines = table.out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let expected = [
        vec!["BUCKET", "PROVIDER", "NAME", "ROLE", "LOCATION"],
        vec![BUCKET, "AWS", "my-exports", ROLE, "-"],
    ];
    assert_eq!(lines.collect::<Vec<_>>(), expected);
    let json = run_against(&atlas, DEFAULT_TOKEN, &["buckets", "--json"]).await;
    let bucket: ExportBucket = serde_json::from_str(&json.out).unwrap();
    assert_eq!(bucket.bucket_name(), Some("my-exports"));
}

#[tokio::test]
async fn a_bucket_is_created_only_if_the_name_is_new_for_the_provider() {
    let atlas = Emulator::start().await.unwrap();
    for expected in ["created the export bucket", "the export bucket already exists"] {
        let create = ["create-bucket", "my-exports", "--role-id", ROLE, "--private", "--json"];
        let run = run_against(&atlas, DEFAULT_TOKEN, &create).await;
        assert!(run.err.contains(expected), "{run:?}");
        assert!(run.out.contains(r#""requirePrivateNetworking":true"#), "{run:?}");
    }
    let elsewhere = ["create-bucket", "my-exports", "--role-id", ROLE, "--provider", "gcp"];
    run_against(&atlas, DEFAULT_TOKEN, &elsewhere).await;
    let url = "https://examplestorageaccount.blob.core.windows.net";
    let azure = [&elsewhere[..5], &["azure", "--service-url", url]].concat();
    run_against(&atlas, DEFAULT_TOKEN, &azure).await;
    let providers = atlas.export_buckets();
    let providers = providers.iter().map(|bucket| bucket["cloudProvider"].as_str().unwrap());
    assert_eq!(providers.collect::<Vec<_>>(), ["AWS", "GCP", "AZURE"]);
}

#[tokio::test]
async fn deleting_a_bucket_twice_is_an_error() {
    let atlas = with_bucket().start().await.unwrap();
    let deleted = run_against(&atlas, DEFAULT_TOKEN, &["delete-bucket", BUCKET]).await;
    assert_eq!((deleted.code, &*deleted.out), (Some(0), ""), "{deleted:?}");
    assert!(atlas.export_buckets().is_empty());
    let again = run_against(&atlas, DEFAULT_TOKEN, &["delete-bucket", BUCKET]).await;
    assert!(again.error().contains("EXPORT_BUCKET_NOT_FOUND"), "{again:?}");
}

#[tokio::test]
async fn an_export_creates_a_job() {
    // The job stays queued for 10 seconds.
    let atlas = with_bucket().export_duration(Duration::from_secs(100)).start().await.unwrap();
    let export = ["export", "--snapshot-id", DEFAULT_SNAPSHOT_ID, "--bucket-id", BUCKET, "--json"];
    let labels = ["--label", "exported by=me", "--label", "reason=test=1"];
    let run = run_against(&atlas, DEFAULT_TOKEN, &[&export[..], &labels].concat()).await;
    let [job] = &*run.jobs() else { panic!("{run:?}") };
    assert_eq!(job.state, Some(ExportJobState::Queued));
    let labels = job.custom_data.iter().map(|label| label.value.as_deref().unwrap());
    assert_eq!(labels.collect::<Vec<_>>(), ["me", "test=1"]);
    let table = run_against(&atlas, DEFAULT_TOKEN, &["jobs"]).await;
    assert!(table.out.contains(&job.id.unwrap().to_string()), "{table:?}");
    assert_eq!(calls(&atlas), ["POST exports", "GET exports"]);
}

#[tokio::test]
async fn export_can_wait_for_the_job() {
    for (outcome, code, last) in [
        (ExportOutcome::Successful, 0, "Successful 42 of 42 collections"),
        (ExportOutcome::Cancelled, 2, "Cancelled 21 of 42 collections"),
    ] {
        let atlas = with_bucket().export_outcome(outcome).start().await.unwrap();
        let export = ["export", "--snapshot-id", DEFAULT_SNAPSHOT_ID, "--bucket-id", BUCKET];
        let wait = ["--wait", "--interval", "0.1", "--time-limit", "60"];
        let run = run_against(&atlas, DEFAULT_TOKEN, &[&export[..], &wait].concat()).await;
        assert_eq!((run.code, run.out.lines().last()), (Some(code), Some(last)), "{run:?}");
    }
}

/// `script`, from util-linux, runs the program in a terminal.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn waiting_for_an_export_shows_a_progress_bar_on_a_terminal() {
    let mut terminal = Command::new("script");
    terminal.env("TERM", "xterm").args(["--quiet", "--return", "--command"]);
    let export = format!("{} export --wait --time-limit 60", program().display());
    let run = run_command(terminal, &[&export, "/dev/null"], &[]).await;
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.out.contains("42 of 42 Successful") && run.out.contains('█'), "{run:?}");
}

#[tokio::test]
async fn with_a_local_atlas_no_command_needs_an_option() {
    let (name, job) = ("create-bucket", "6817355c1f2a3b4c5d6e7f03");
    let commands: [&[&str]; 5] =
        [&["buckets"], &[name, "export-bucket"], &["export"], &["jobs"], &["watch", job]];
    for command in commands {
        let run = run(&[command, &["--json"]].concat(), &[]).await;
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.out.starts_with('{'), "{run:?}");
    }
}

#[tokio::test]
async fn commands_on_a_server_from_the_environment_require_their_options() {
    let atlas = Emulator::start().await.unwrap();
    for (command, missing) in [
        (&["create-bucket", "my-exports"][..], "--role-id"),
        (&["export"], "--snapshot-id"),
        (&["export", "--snapshot-id", BUCKET], "--bucket-id"),
    ] {
        let run = run_against(&atlas, DEFAULT_TOKEN, command).await;
        assert!(run.error().contains(&format!("`{missing}` is missing")), "{run:?}");
    }
    assert!(atlas.requests().is_empty());
}

#[tokio::test]
async fn an_option_that_a_command_would_ignore_is_an_error() {
    let run = run(&["--bucket-name", "my-exports", "buckets"], &[]).await;
    assert!(run.error().contains("`--bucket-name` before a command has no effect"), "{run:?}");
}
