//! The replacement of tokens that the server rejects, with canned responses and a paused clock.

use std::time::Duration;

use generated_client::testing::{CannedResponse, CannedResponses};
use generated_client::{Client, StatusCode};
use serde_json::json;

use super::{list, service_account};

const LIST: &str = "listGroupClusterBackupExports";

/// Prepares responses. The token endpoint issues five tokens, and each list receives status 200.
fn responses() -> CannedResponses {
    let responses = CannedResponses::new();
    for token in ["first", "second", "third", "fourth", "fifth"] {
        let token = json!({"access_token": token, "expires_in": 36000});
        responses.push_to("issueToken", CannedResponse::ok(&token));
    }
    responses.set(LIST, CannedResponse::ok(&json!({"results": []})));
    responses
}

fn unauthorized() -> CannedResponse {
    CannedResponse::error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED")
}

fn client(responses: &CannedResponses) -> Client {
    let client = Client::builder(service_account()).base_url("https://localhost");
    client.canned_responses(responses).build().unwrap()
}

/// The server may have revoked the token although its response was lost.
#[tokio::test(start_paused = true)]
async fn a_token_whose_revocation_got_no_response_is_replaced_after_a_401() {
    let responses = responses();
    responses.push_to(LIST, unauthorized());
    let client = client(&responses);
    list(&client).await.unwrap();

    responses.set("revokeToken", CannedResponse::never());
    let limited = client.with_operation_timeout(Duration::from_secs(5));
    limited.revoke_token().await.unwrap_err();
    responses.push_to(LIST, unauthorized());
    list(&client).await.unwrap();
}
