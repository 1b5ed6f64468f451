//! Credentials from the environment. Each test starts a process with its own environment.

use std::process::Output;

use atlas_emulator::{
    DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY,
    DEFAULT_TOKEN, Emulator,
};
use generated_client::Client;

use super::list;
use crate::log::Log;
use crate::rerun;

const TOKEN: (&str, &str) = ("MONGODB_ATLAS_ACCESS_TOKEN", DEFAULT_TOKEN);
const ACCOUNT: [(&str, &str); 2] = [
    ("MONGODB_ATLAS_CLIENT_ID", DEFAULT_CLIENT_ID),
    ("MONGODB_ATLAS_CLIENT_SECRET", DEFAULT_CLIENT_SECRET),
];
const KEY: [(&str, &str); 2] = [
    ("MONGODB_ATLAS_PUBLIC_KEY", DEFAULT_PUBLIC_KEY),
    ("MONGODB_ATLAS_PRIVATE_KEY", DEFAULT_PRIVATE_KEY),
];

/// Makes a call with the credentials in the environment, and prints the result. Not a separate test: [`run`] starts
/// this function in a process with its own environment variables.
#[tokio::test]
#[ignore = "the other tests in this file run this function in a new process"]
async fn lists_with_the_credentials_in_the_environment() {
    let log = Log::start();
    let client = Client::from_env();
    print!("{}", log.text());
    match client {
        Ok(client) => println!("{:?}", list(&client).await.is_ok()),
        Err(error) => println!("{error}"),
    }
}

fn run(variables: &[(&str, &str)]) -> String {
    let name = "credentials::environment::lists_with_the_credentials_in_the_environment";
    let Output { stdout, status, .. } =
        rerun::ignored(name).env_clear().envs(variables.iter().copied()).output().unwrap();
    assert!(status.success());
    String::from_utf8(stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_credentials_is_read() {
    let atlas = Emulator::start().await.unwrap();
    let base_url = ("MONGODB_ATLAS_BASE_URL", atlas.url());
    for (variables, scheme) in [
        (&[TOKEN][..], "Bearer emulator-token"),
        (&ACCOUNT, "Bearer emulator.issued-"),
        (&KEY, "Digest "),
    ] {
        let shown = run(&[variables, &[base_url]].concat());
        assert!(shown.contains("\ntrue\n"), "{shown}");
        assert!(!shown.contains("WARN"), "{shown}");
        let sent = super::authorizations(&atlas).pop().unwrap();
        assert!(sent.starts_with(scheme), "{sent}");
    }
}

#[test]
fn several_kinds_of_credentials_cause_a_warning() {
    let shown = run(&[&[TOKEN][..], &ACCOUNT, &KEY].concat());
    assert!(shown.contains("WARN"), "{shown}");
    assert!(
        shown.contains(
            "using `MONGODB_ATLAS_ACCESS_TOKEN`, \
             ignoring `MONGODB_ATLAS_CLIENT_ID`, `MONGODB_ATLAS_CLIENT_SECRET`, `MONGODB_ATLAS_PUBLIC_KEY`"
        ),
        "{shown}"
    );
    assert!(!shown.contains(DEFAULT_CLIENT_SECRET), "{shown}");
}

#[test]
fn an_error_names_the_invalid_variable() {
    let client = |name, value| run(&[TOKEN, (name, value)]);
    let shown = client("MONGODB_ATLAS_BASE_URL", "https://cloud.mongodb.com/api/atlas/v2");
    assert!(
        shown.contains(
            "`MONGODB_ATLAS_BASE_URL`: the base URL must not contain the path of the API"
        ),
        "{shown}"
    );
    let shown = client("MONGODB_ATLAS_ACCESS_TOKEN", "a\nb");
    assert!(
        shown.contains("`MONGODB_ATLAS_ACCESS_TOKEN`: the access token has an invalid"),
        "{shown}"
    );
}
