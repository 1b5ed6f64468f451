//! Changes to the servers and the credentials of a separate crate.

use insta::assert_snapshot;
use xtask::api::types::Api;
use xtask::lower::{Naming, Options};
use xtask::{codegen, diff, document};

const SHOP: &str = "
openapi: 3.0.3
info: {title: Shop, version: '1'}
servers:
  - {url: 'https://api.shop.test', description: Production}
  - {url: 'https://sandbox.shop.test', description: Sandbox}
  - {url: 'https://{region}.shop.test', description: Regional, variables: {region: {default: eu}}}
security: [{key: []}]
paths:
  /ping: {get: {operationId: ping, responses: {'204': {description: Done.}}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
";

fn api(document: &str, own_servers: &[&str]) -> Api {
    let own_servers = own_servers.iter().map(ToString::to_string).collect();
    let options = Options {
        package: Some(Naming { own_servers, ..Naming::default() }),
        ..Options::default()
    };
    let document = document::parse("shop.yaml", document).unwrap();
    codegen::generate(document.openapi, &options).unwrap().api
}

/// Returns the report after replacing a part of `SHOP`.
fn report(from: &str, to: &str) -> String {
    assert!(SHOP.contains(from), "{from}");
    let old = diff::to_json(&api(SHOP, &[])).unwrap();
    diff::report(&old, &api(&SHOP.replace(from, to), &[]), false)
}

#[test]
fn the_order_of_further_servers_has_no_effect() {
    let sandbox = "  - {url: 'https://sandbox.shop.test', description: Sandbox}\n";
    let without = SHOP.replace(sandbox, "");
    let reordered = without.replace("security: [", &format!("{sandbox}security: ["));
    let old = diff::to_json(&api(SHOP, &[])).unwrap();
    assert_eq!(
        diff::report(&old, &api(&reordered, &[]), false),
        "no change for callers: a patch version\n"
    );
    assert_snapshot!(diff::report(&old, &api(&without, &[]), false), @r"
    Breaks callers:
      constant `Client::SANDBOX_BASE_URL`: removed
    1 breaking change: a major version
    ");
}

#[test]
fn another_url_of_a_server_changes_the_wire() {
    assert_snapshot!(report("https://api.", "https://api2."), @r"
    Compiles, but sends or receives something different:
      constant `Client::DEFAULT_BASE_URL`: `https://api.shop.test` becomes `https://api2.shop.test`
    1 change on the wire: a minor version if the document was wrong before, otherwise a major one
    ");
    assert_snapshot!(report("//sandbox.", "//test."), @r"
    Compiles, but sends or receives something different:
      constant `Client::SANDBOX_BASE_URL`: `https://sandbox.shop.test` becomes `https://test.shop.test`
    1 change on the wire: a minor version if the document was wrong before, otherwise a major one
    ");
    assert_snapshot!(report("{region}.shop.test", "{region}.shop.example"), @r"
    Compiles, but sends or receives something different:
      constant `Client::REGIONAL_BASE_URL`: `https://eu.shop.test` becomes `https://eu.shop.example`
      function `Client::regional_base_url`, URL: `https://{region}.shop.test` becomes `https://{region}.shop.example`
    2 changes on the wire: a minor version if the document was wrong before, otherwise a major one
    ");
}

#[test]
fn another_server_of_an_operation_changes_the_wire() {
    let other = "  /pong: {get: {operationId: pong, responses: {'204': {description: Done.}}}}\n";
    let shop = SHOP.replace("components:", &format!("{other}components:"));
    let with = |url: &str| {
        let own = format!("operationId: ping, servers: [{{url: '{url}'}}],");
        api(&shop.replace("operationId: ping,", &own), &[])
    };
    let before = diff::to_json(&api(&shop, &[])).unwrap();
    let moved = with("https://ping.shop.test");
    assert_snapshot!(diff::report(&before, &moved, false), @r"
    Compiles, but sends or receives something different:
      method `ping`, default base URL: new, `https://ping.shop.test`
    1 change on the wire: a minor version if the document was wrong before, otherwise a major one
    ");
    let moved = diff::to_json(&moved).unwrap();
    assert_snapshot!(diff::report(&moved, &with("https://ping2.shop.test"), false), @r"
    Compiles, but sends or receives something different:
      method `ping`, default base URL: `https://ping.shop.test` becomes `https://ping2.shop.test`
    1 change on the wire: a minor version if the document was wrong before, otherwise a major one
    ");
    assert_snapshot!(diff::report(&moved, &with("/ping"), false), @r"
    Compiles, but sends or receives something different:
      method `ping`, default base URL: removed
    Breaks no callers:
      method `ping`, server: new, `/ping`
    1 change on the wire, 1 compatible change: a minor version if the document was wrong before, otherwise a major one
    ");
    assert_snapshot!(diff::report(&moved, &api(&shop, &[]), false), @r"
    Compiles, but sends or receives something different:
      method `ping`, default base URL: removed
    1 change on the wire: a minor version if the document was wrong before, otherwise a major one
    ");
}

#[test]
fn other_variables_of_a_server_break_callers() {
    assert_snapshot!(
        report(
            "{region}.shop.test', description: Regional, variables: {",
            "{region}.shop.test/{version}', description: Regional, variables: {version: {default: v1}, ",
        ),
        @r"
    Breaks callers:
      function `Client::regional_base_url`, argument `version`: new
    Compiles, but sends or receives something different:
      constant `Client::REGIONAL_BASE_URL`: `https://eu.shop.test` becomes `https://eu.shop.test/v1`
      function `Client::regional_base_url`, URL: `https://{region}.shop.test` becomes `https://{region}.shop.test/{version}`
    1 breaking change, 2 changes on the wire: a major version
    "
    );
}

#[test]
fn a_renamed_server_breaks_callers() {
    assert_snapshot!(report("description: Sandbox", "description: Test"), @r"
    Breaks callers:
      constant `Client::SANDBOX_BASE_URL`: removed
    Breaks no callers:
      constant `Client::TEST_BASE_URL`: new, `https://sandbox.shop.test`
    1 breaking change, 1 compatible change: a major version
    ");
}

#[test]
fn a_renamed_scheme_breaks_callers() {
    let old = diff::to_json(&api(SHOP, &[])).unwrap();
    let renamed = SHOP.replace("key: [", "apiKey: [").replace("key: {", "apiKey: {");
    assert_snapshot!(diff::report(&old, &api(&renamed, &[]), false), @r"
    Breaks callers:
      constructor `Credentials::key`: removed
    Breaks no callers:
      constructor `Credentials::api_key`: new
    1 breaking change, 1 compatible change: a major version
    ");
}

#[test]
fn a_second_key_keeps_the_constructor_and_the_variable_of_the_first() {
    let old = diff::to_json(&api(SHOP, &[])).unwrap();
    let key = "    key: {type: apiKey, in: header, name: X-Key}\n";
    let more = SHOP.replace("[{key: []}]", "[{key: []}, {token: []}]");
    let more = more.replace(
        key,
        &format!("{key}{}", key.replace("key:", "token:").replace("X-Key", "X-Token")),
    );
    assert_snapshot!(diff::report(&old, &api(&more, &[]), false), @r"
    Breaks no callers:
      `Credentials::from_env`, `SHOP_TOKEN_API_KEY`: new, the header `X-Token`
      constructor `Credentials::token`: new
    2 compatible changes: a minor version
    ");
}

#[test]
fn credentials_that_from_env_reads_first_change_the_wire() {
    let both = SHOP.replace("    key: {", "    token: {type: http, scheme: bearer}\n    key: {");
    let old = diff::to_json(&api(&both, &[])).unwrap();
    let report = |security| {
        let new = both.replace("[{key: []}]", security);
        diff::report(&old, &api(&new, &[]), false)
    };
    assert_snapshot!(report("[{token: []}, {key: []}]"), @r"
    Compiles, but sends or receives something different:
      `Credentials::from_env`, `SHOP_API_KEY`, preferred variables: new, `SHOP_TOKEN`
    Breaks no callers:
      `Credentials::from_env`, `SHOP_TOKEN`: new, a bearer token
    1 change on the wire, 1 compatible change: a minor version if the document was wrong before, otherwise a major one
    ");
    assert_snapshot!(report("[{key: []}, {token: []}]"), @r"
    Breaks no callers:
      `Credentials::from_env`, `SHOP_TOKEN`: new, a bearer token
    1 compatible change: a minor version
    ");
}

#[test]
fn another_kind_of_credentials_is_reported() {
    let scheme = "{type: apiKey, in: header, name: X-Key}";
    assert_snapshot!(report(scheme, "{type: apiKey, in: query, name: key}"), @r"
    Compiles, but sends or receives something different:
      `Credentials::from_env`, `SHOP_API_KEY`: the header `X-Key` becomes the query parameter `key`
      constructor `Credentials::key`, sent as: the header `X-Key` becomes the query parameter `key`
    2 changes on the wire: a minor version if the document was wrong before, otherwise a major one
    ");
    assert_snapshot!(report(scheme, "{type: http, scheme: basic}"), @r"
    Breaks callers:
      constructor `Credentials::key`, number of arguments: 1 becomes 2
      `Credentials::from_env`, `SHOP_API_KEY`: removed
    Compiles, but sends or receives something different:
      constructor `Credentials::key`, sent as: the header `X-Key` becomes HTTP Basic
    Breaks no callers:
      `Credentials::from_env`, `SHOP_USERNAME` and `SHOP_PASSWORD`: new, HTTP Basic
    2 breaking changes, 1 change on the wire, 1 compatible change: a major version
    ");
    assert_snapshot!(report("[{key: []}]", "[{key: []}, {}]"), @r"
    Breaks no callers:
      `Credentials::from_env`, success without variables: new
    1 compatible change: a minor version
    ");
}

#[test]
fn a_model_without_servers_and_credentials_is_reported_once() {
    let mut old = api(SHOP, &[]);
    old.package = None;
    let old = diff::to_json(&old).unwrap();
    assert_snapshot!(diff::report(&old, &api(SHOP, &[]), false), @r"
    cannot compare servers and credentials: the previous `api.json` contains neither; read the changes in `src/servers.rs` and `src/credentials/schemes.rs`
    no other change for callers
    ");
    let renamed = SHOP.replace("operationId: ping", "operationId: check");
    assert_snapshot!(diff::report(&old, &api(&renamed, &[]), false), @r"
    cannot compare servers and credentials: the previous `api.json` contains neither; read the changes in `src/servers.rs` and `src/credentials/schemes.rs`
    Breaks callers:
      method `ping`: removed
    Breaks no callers:
      method `check`: new
    1 breaking change, 1 compatible change: a major version
    ");
    let mut less = api(SHOP, &[]);
    less.package = None;
    less.operations.clear();
    let less = diff::to_json(&less).unwrap();
    let report = diff::report(&less, &api(SHOP, &[]), false);
    assert!(report.ends_with(": at least a minor version\n"), "{report}");
}

#[test]
fn another_name_of_the_crate_breaks_callers() {
    let mut renamed = api(SHOP, &[]);
    renamed.package.as_mut().unwrap().name = "market".to_owned();
    assert_snapshot!(diff::report(&diff::to_json(&api(SHOP, &[])).unwrap(), &renamed, false), @r"
    Breaks callers:
      crate: `shop` becomes `market`
    Compiles, but sends or receives something different:
      environment variable of the base URL: `SHOP_BASE_URL` becomes `MARKET_BASE_URL`
    1 breaking change, 1 change on the wire: a major version
    ");
    let mut unnamed = api(SHOP, &[]);
    unnamed.package.as_mut().unwrap().name.clear();
    let old = diff::to_json(&unnamed).unwrap();
    let report = diff::report(&old, &renamed, false);
    assert!(!report.contains("market"), "{report}");
}

#[test]
fn hand_written_servers_and_credentials_are_not_compared() {
    let own = ["https://sandbox.shop.test"];
    let old = diff::to_json(&api(SHOP, &own)).unwrap();
    assert!(!old.contains("SANDBOX") && !old.contains("X-Key"), "{old}");
    let renamed = SHOP.replace("key: [", "apiKey: [").replace("key: {", "apiKey: {");
    assert_eq!(diff::report(&old, &api(&renamed, &own), false), "");
}
