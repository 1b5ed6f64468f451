//! Tests how credentials are read from the environment if the API does not require them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ffi::OsString;
use std::process::Command;

use pairs::Credentials;

const USERNAME: &str = "PAIRS_USERNAME";
const PASSWORD: &str = "PAIRS_PASSWORD";
const TOKEN: &str = "PAIRS_TOKEN";

/// Runs [`child`] in a process with the given variables, and returns the printed result.
fn from_env(variables: &[(&str, OsString)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--ignored", "--nocapture"]).env_clear();
    let ran = command.envs(variables.iter().cloned()).output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let printed = String::from_utf8(ran.stdout).unwrap();
    printed.lines().find_map(|line| line.strip_prefix("result: ")).unwrap().to_owned()
}

#[test]
#[ignore = "runs in a process with other variables"]
fn child() {
    // The line of the test runner before this output has no line break.
    match Credentials::from_env() {
        Ok(credentials) => println!("\nresult: {credentials:?}"),
        Err(error) => println!("\nresult: {error}"),
    }
}

#[test]
fn without_variables_there_are_no_credentials() {
    assert_eq!(from_env(&[]), "Credentials(: [redacted])");
    assert_eq!(from_env(&[(USERNAME, "".into())]), "Credentials(: [redacted])");
}

#[test]
fn an_incomplete_alternative_is_an_error() {
    for (set, missing) in [(USERNAME, PASSWORD), (PASSWORD, USERNAME)] {
        let expected = format!(
            "incomplete credentials in the environment: found only `{set}`; set `{missing}`, or `{TOKEN}`, or \
             unset `{set}` to use no credentials"
        );
        assert_eq!(from_env(&[(set, "me".into())]), expected);
    }
}

#[test]
fn a_complete_alternative_after_an_incomplete_one_is_used() {
    let variables = [(USERNAME, "me".into()), (TOKEN, "abc".into())];
    assert_eq!(from_env(&variables), "Credentials(bearer: [redacted])");
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_matters_only_if_it_is_used() {
    use std::os::unix::ffi::OsStringExt as _;

    let invalid = || OsString::from_vec(vec![0xff]);
    let variables = [(USERNAME, invalid()), (TOKEN, "abc".into())];
    assert_eq!(from_env(&variables), "Credentials(bearer: [redacted])");
    let variables = [(USERNAME, invalid()), (PASSWORD, "a".into()), (TOKEN, "abc".into())];
    assert_eq!(from_env(&variables), "`PAIRS_USERNAME` is not valid Unicode");
}
