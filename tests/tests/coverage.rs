//! Each method of the client has a snapshot of its request and is implemented by the local Atlas.
//! The contract and fault tests call each method.

use std::path::Path;

use atlas_emulator::{DEFAULT_TOKEN, Emulator};
use atlas_tests::calls;
use atlas_tests::spec::{self, Method};
use generated_client::{ApiError, Client, Credentials, RetryPolicy};

use crate::generated::generate;

#[test]
fn the_client_has_exactly_the_methods_of_the_document() {
    let operations = generate(spec::TEXT).api.operations;
    let mut emitted = operations.into_iter().map(|it| it.ident).collect::<Vec<_>>();
    let mut expected = spec::methods().unwrap().into_iter().map(|it| it.name).collect::<Vec<_>>();
    emitted.sort_unstable();
    expected.sort_unstable();
    assert_eq!(emitted, expected);
}

/// The generator emits neither the servers nor `ApiError`, so the hand-written code must follow the document.
#[test]
fn the_client_has_the_servers_and_the_error_of_the_document() {
    let servers = [Client::DEFAULT_BASE_URL, Client::GOV_BASE_URL];
    assert_eq!(spec::servers().unwrap(), servers);
    let error = spec::complete("ApiError").unwrap();
    let read: ApiError = serde_json::from_value(error.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), error);
}

#[tokio::test]
async fn every_method_is_tested() {
    let atlas = Emulator::start().await.unwrap();
    let mut missing = Vec::new();
    for method in spec::methods().unwrap() {
        let name = &method.name;
        if !has_wire_snapshot(name) {
            missing.push(format!(
                "`{name}` has no wire snapshot: add a test to `tests/tests/wire.rs`"
            ));
        }
        if !is_called(&method, &atlas).await {
            missing.push(format!(
                "`{name}` has no contract and fault tests: call it in `tests/src/calls.rs`, and \
                 give its body an `example` in `spec/atlas.yaml`"
            ));
        }
        if atlas.example_operations().contains(&&*method.operation_id) {
            missing.push(format!(
                "the local Atlas returns an example for `{name}`: implement it in \
                 `tests/emulator/src/behaviour.rs`"
            ));
        }
    }
    missing.extend(atlas.unfilled());
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

fn has_wire_snapshot(name: &str) -> bool {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    let files = folder.read_dir().unwrap().map(|file| file.unwrap().file_name());
    let mut names = files.map(|file| file.to_string_lossy().into_owned());
    let (only, one_of_several) = (format!("wire-{name}.snap"), format!("wire-{name}-"));
    names.any(|file| file == only || file.starts_with(&one_of_several))
}

async fn is_called(method: &Method, atlas: &Emulator) -> bool {
    let client = Client::builder(Credentials::access_token(DEFAULT_TOKEN)).base_url(atlas.url());
    let client = client.retry(RetryPolicy::none()).build().unwrap();
    calls::call(&client, &method.name, method.body.as_ref()).await.is_some()
}
