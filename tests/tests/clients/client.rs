//! The clients and their runs, each with one kind of credentials.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use atlas_emulator::{
    DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_CLUSTER_NAME as CLUSTER,
    DEFAULT_GROUP_ID as GROUP, DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY, DEFAULT_SNAPSHOT_ID,
    DEFAULT_TOKEN, Emulator, RecordedRequest,
};
use atlas_tests::calls::{self, BUCKET, JOB};
use generated_client::models::{AwsExportBucketRequest, ExportBucketUpdate, ExportJobRequest};
use generated_client::{Client as OurClient, Credentials};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::{Value, json};

use super::operations::{NEW_BUCKET, Operation, ROLE};

/// The name of `generated-client` in the comparison.
pub(crate) const OURS: &str = "ours";
/// The time limit for a client, which is ample even on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// A kind of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Token,
    Account,
    Key,
}

pub(crate) struct Client {
    /// The name in the comparison.
    pub(crate) name: &'static str,
    /// The name and version in the table.
    pub(crate) title: &'static str,
    /// The program and its argument. Relative paths start from the folder of the clients.
    command: [&'static str; 2],
    pub(crate) kinds: &'static [Kind],
}

/// A client with one kind of credentials, and the requests that it sent.
pub(crate) struct Run {
    pub(crate) client: &'static str,
    pub(crate) kind: Kind,
    pub(crate) requests: Vec<RecordedRequest>,
}

const PYTHON: &str = "venv/bin/python";
const NODE: &str = "node_modules/.bin/node";
const ALL: &[Kind] = &[Kind::Token, Kind::Account, Kind::Key];
const OAUTH: &[Kind] = &[Kind::Token, Kind::Account];

pub(crate) const CLIENTS: [Client; 8] = [
    Client { name: OURS, title: "generated-client", command: ["", ""], kinds: ALL },
    Client { name: "curl", title: "curl", command: ["/usr/bin/env", "with_curl.sh"], kinds: ALL },
    Client {
        name: "requests",
        title: "requests 2.34.2",
        command: [PYTHON, "with_requests.py"],
        kinds: ALL,
    },
    Client { name: "httpx", title: "httpx 0.28.1", command: [PYTHON, "with_httpx.py"], kinds: ALL },
    Client {
        name: "authlib",
        title: "Authlib 1.9.10",
        command: [PYTHON, "with_authlib.py"],
        kinds: OAUTH,
    },
    Client {
        name: "requests-oauthlib",
        title: "requests-oauthlib 2.0.0",
        command: [PYTHON, "with_requests_oauthlib.py"],
        kinds: OAUTH,
    },
    Client {
        name: "mongodb-atlas-api-client",
        title: "mongodb-atlas-api-client 4.19.0",
        command: [NODE, "with_atlas_api_client.cjs"],
        kinds: &[Kind::Key],
    },
    Client {
        name: "mongodb-mcp-server",
        title: "mongodb-mcp-server 3.0.4",
        command: [NODE, "with_mcp_server.mjs"],
        kinds: &[Kind::Account],
    },
];

impl Client {
    /// Performs all operations and checks the responses that the client received.
    pub(crate) async fn run(&self, kind: Kind) -> Run {
        let identity = Identity::new();
        let builder = calls::atlas().tls(identity.certificate.as_str(), identity.key.as_str());
        let atlas = builder.start().await.unwrap();
        let responses = match self.name {
            OURS => call_ours(&atlas, kind, &identity.authority).await,
            _ => self.call(&atlas, kind, &identity.authority).await,
        };
        check(&responses, &atlas, &format!("{} with {kind:?}", self.name));
        Run { client: self.name, kind, requests: atlas.requests() }
    }

    /// Runs the program. The program inherits only `PATH` from the environment, so it uses no proxy.
    async fn call(&self, atlas: &Emulator, kind: Kind, authority: &str) -> Value {
        let folder = PathBuf::from(std::env::var_os("CLIENTS_TOOLS").unwrap_or_default());
        assert!(folder.is_absolute(), "`CLIENTS_TOOLS` is not set: run `tests/clients/run`");
        let [program, file] = self.command;
        let roots = folder.join("authority.pem");
        std::fs::write(&roots, authority).unwrap();
        let mut command = tokio::process::Command::new(folder.join(program));
        if program == "/usr/bin/env" {
            command.arg("bash");
        }
        command.arg(folder.join(file)).env_clear().stdin(Stdio::null()).kill_on_drop(true);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        for name in ["ATLAS_CA", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"] {
            command.env(name, &roots);
        }
        command.envs([
            ("ATLAS_URL", atlas.url()),
            ("ATLAS_CALLS", &Operation::lines()),
            ("ATLAS_CREDENTIALS", kind.word()),
            ("ATLAS_TOKEN", DEFAULT_TOKEN),
            ("ATLAS_CLIENT_ID", DEFAULT_CLIENT_ID),
            ("ATLAS_CLIENT_SECRET", DEFAULT_CLIENT_SECRET),
            ("ATLAS_PUBLIC_KEY", DEFAULT_PUBLIC_KEY),
            ("ATLAS_PRIVATE_KEY", DEFAULT_PRIVATE_KEY),
        ]);
        let output = tokio::time::timeout(TIME_LIMIT, command.output()).await;
        let output =
            output.unwrap_or_else(|_| panic!("{} with {kind:?} did not end", self.name)).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{} with {kind:?}: {complaint}", self.name);
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{} with {kind:?}: {error} in {output:?}", self.name))
    }
}

/// Checks the response to each call and the contents of the local Atlas.
fn check(responses: &Value, atlas: &Emulator, name: &str) {
    let field = |call: &str, pointer: &str| {
        let found = responses[call].pointer(pointer);
        found.unwrap_or_else(|| panic!("{name}: {call}: no `{pointer}` in {}", responses[call]))
    };
    let ids = calls::jobs().into_iter().take(2).map(|mut job| job["id"].take());
    let listed = field("list jobs", "/results").as_array().unwrap();
    let listed: Vec<Value> = listed.iter().map(|job| job["id"].clone()).collect();
    assert_eq!(listed, ids.collect::<Vec<_>>(), "{name}");
    assert_eq!(field("list buckets", "/results/0/_id"), BUCKET, "{name}");
    assert_eq!(field("get bucket", "/_id"), BUCKET, "{name}");
    assert_eq!(field("get bucket", "/requirePrivateNetworking"), true, "{name}");
    assert_eq!(field("update bucket", "/requirePrivateNetworking"), false, "{name}");
    assert_eq!(field("get job", "/id"), JOB, "{name}");
    assert_eq!(responses["delete bucket"], Value::Null, "{name}");

    let buckets = atlas.export_buckets();
    let [bucket] = buckets.as_slice() else {
        panic!("{name}: expected one bucket, found {buckets:?}")
    };
    assert_eq!(field("create bucket", "/_id"), &bucket["_id"], "{name}");
    assert_eq!(bucket["bucketName"], NEW_BUCKET, "{name}");
    let jobs = atlas.created_jobs();
    let [job] = jobs.as_slice() else { panic!("{name}: expected one job, found {jobs:?}") };
    assert_eq!(field("create job", "/id"), &job["id"], "{name}");
    assert_eq!(job["exportBucketId"], BUCKET, "{name}");
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Account => "account",
            Self::Key => "key",
        }
    }
}

/// Performs the operations with `generated-client`, as the other clients do. With an API key, each call uses a new
/// client, which receives its own challenge.
async fn call_ours(atlas: &Emulator, kind: Kind, authority: &str) -> Value {
    let new = || {
        let credentials = match kind {
            Kind::Token => Credentials::access_token(DEFAULT_TOKEN),
            Kind::Account => Credentials::service_account(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET),
            Kind::Key => Credentials::api_key(DEFAULT_PUBLIC_KEY, DEFAULT_PRIVATE_KEY),
        };
        OurClient::builder(credentials)
            .base_url(atlas.url())
            .root_certificate(authority)
            .build()
            .unwrap()
    };
    let shared = new();
    let client = || if kind == Kind::Key { new() } else { shared.clone() };

    let buckets = client().list_group_backup_export_buckets(GROUP).send().await.unwrap();
    let bucket = client().get_group_backup_export_bucket(GROUP, BUCKET).send().await.unwrap();
    let body = AwsExportBucketRequest::new(NEW_BUCKET, ROLE);
    let created = client().create_group_backup_export_bucket(GROUP, body).send().await.unwrap();
    let body = ExportBucketUpdate::new(false);
    let update = client().update_group_backup_export_bucket(GROUP, BUCKET, body);
    let updated = update.send().await.unwrap();
    let list = client().list_group_cluster_backup_exports(GROUP, CLUSTER).items_per_page(2);
    let jobs = list.send().await.unwrap();
    let get = client().get_group_cluster_backup_export(GROUP, CLUSTER, JOB);
    let job = get.send().await.unwrap();
    let body = ExportJobRequest::new(DEFAULT_SNAPSHOT_ID, BUCKET);
    let create = client().create_group_cluster_backup_export(GROUP, CLUSTER, body);
    let export = create.send().await.unwrap();
    client().delete_group_backup_export_bucket(GROUP, BUCKET).send().await.unwrap();
    json!({
        "list buckets": buckets.into_inner(),
        "get bucket": bucket.into_inner(),
        "create bucket": created.into_inner(),
        "update bucket": updated.into_inner(),
        "list jobs": jobs.into_inner(),
        "get job": job.into_inner(),
        "create job": export.into_inner(),
        "delete bucket": null,
    })
}

/// A certificate for 127.0.0.1, its key, and the certificate of its authority, all in PEM.
struct Identity {
    authority: String,
    certificate: String,
    key: String,
}

impl Identity {
    fn new() -> Self {
        let mut authority = CertificateParams::new([]).unwrap();
        authority.distinguished_name.push(DnType::CommonName, "tests/clients");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let authority = CertifiedIssuer::self_signed(authority, key).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        let certificate = certificate.signed_by(&key, &authority).unwrap().pem();
        Self { authority: authority.pem(), certificate, key: key.serialize_pem() }
    }
}
