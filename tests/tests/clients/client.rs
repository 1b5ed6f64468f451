//! Runs each client.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use atlas_emulator::{
    DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID,
    DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY, DEFAULT_TOKEN, Emulator, RecordedRequest, sample_jobs,
};
use generated_client::models::AwsExportBucketRequest;
use generated_client::{Client as OurClient, Credentials};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::{Value, json};

/// The name of `generated-client` in the comparison.
pub(crate) const OURS: &str = "ours";
const BUCKET: &str = "export-bucket";
const ROLE: &str = "668c5f0ed436263134491592";
/// Ample time for a client, even on a busy machine.
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
    /// The program and its argument. Paths are relative to the directory of the clients.
    command: [&'static str; 2],
    pub(crate) kinds: &'static [Kind],
}

/// One client with one kind of credentials, and the requests that it sent.
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
    /// Calls both operations and checks the responses that the client received.
    pub(crate) async fn run(&self, kind: Kind) -> Run {
        let identity = Identity::new();
        let builder = Emulator::builder().tls(identity.certificate.as_str(), identity.key.as_str());
        let atlas = builder.start().await.unwrap();
        let responses = match self.name {
            OURS => call_ours(&atlas, kind, &identity.authority).await,
            _ => self.call(&atlas, kind, &identity.authority).await,
        };
        let name = format!("{} with {kind:?}", self.name);
        let id = |job: &Value| job["id"].as_str().unwrap().to_owned();
        let listed = responses["list"]["results"]
            .as_array()
            .unwrap_or_else(|| panic!("{name}: {responses}"));
        let wanted = sample_jobs(2);
        assert_eq!(
            listed.iter().map(id).collect::<Vec<_>>(),
            wanted.iter().map(id).collect::<Vec<_>>(),
            "{name}"
        );
        let [bucket] = &*atlas.export_buckets() else { panic!("{name}: {responses}") };
        assert_eq!(responses["create"]["_id"], bucket["_id"], "{name}");
        assert_eq!(bucket["bucketName"], BUCKET, "{name}");
        Run { client: self.name, kind, requests: atlas.requests() }
    }

    /// Runs the program. It inherits only `PATH`, and no proxy settings, from the environment.
    async fn call(&self, atlas: &Emulator, kind: Kind, authority: &str) -> Value {
        let folder = PathBuf::from(std::env::var_os("CLIENTS_TOOLS").unwrap_or_default());
        assert!(folder.is_absolute(), "CLIENTS_TOOLS is not set: run tests/clients/run");
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
            ("ATLAS_GROUP", DEFAULT_GROUP_ID),
            ("ATLAS_CLUSTER", DEFAULT_CLUSTER_NAME),
            ("ATLAS_BUCKET", &bucket()),
            ("ATLAS_CREDENTIALS", kind.word()),
            ("ATLAS_TOKEN", DEFAULT_TOKEN),
            ("ATLAS_CLIENT_ID", DEFAULT_CLIENT_ID),
            ("ATLAS_CLIENT_SECRET", DEFAULT_CLIENT_SECRET),
            ("ATLAS_PUBLIC_KEY", DEFAULT_PUBLIC_KEY),
            ("ATLAS_PRIVATE_KEY", DEFAULT_PRIVATE_KEY),
        ]);
        let output = tokio::time::timeout(TIME_LIMIT, command.output()).await;
        let output =
            output.unwrap_or_else(|_| panic!("{} did not end with {kind:?}", self.name)).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{} with {kind:?}: {complaint}", self.name);
        serde_json::from_slice(&output.stdout).unwrap()
    }
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

/// Calls both operations like the other clients. With an API key, each call gets its own challenge.
async fn call_ours(atlas: &Emulator, kind: Kind, authority: &str) -> Value {
    let client = || {
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
    let first = client();
    let second = if kind == Kind::Key { client() } else { first.clone() };
    let list = first.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME);
    let listed = list.items_per_page(2).send().await.unwrap();
    let body = AwsExportBucketRequest::new(BUCKET, ROLE.parse().unwrap());
    let create = second.create_group_backup_export_bucket(DEFAULT_GROUP_ID, body);
    let created = create.send().await.unwrap();
    json!({ "list": listed.into_inner(), "create": created.into_inner() })
}

/// Returns the request body of all clients.
fn bucket() -> String {
    json!({ "cloudProvider": "AWS", "bucketName": BUCKET, "iamRoleId": ROLE }).to_string()
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
