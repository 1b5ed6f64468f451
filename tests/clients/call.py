"""The calls and the credentials of all Python clients. `tests/tests/clients/client.rs` sets the environment."""

import json
import os

URL = os.environ["ATLAS_URL"]
TOKEN_URL = URL + "/api/oauth/token"
CALLS = [line.split("\t") for line in os.environ["ATLAS_CALLS"].splitlines()]

KIND = os.environ["ATLAS_CREDENTIALS"]
TOKEN = os.environ["ATLAS_TOKEN"]
ACCOUNT = (os.environ["ATLAS_CLIENT_ID"], os.environ["ATLAS_CLIENT_SECRET"])
KEY = (os.environ["ATLAS_PUBLIC_KEY"], os.environ["ATLAS_PRIVATE_KEY"])


def run(session, log_in=dict):
    """Performs all calls and prints the responses. `log_in` returns the arguments that add the credentials
    to a call. It is called once per call, so that each call with an API key gets its own challenge."""
    responses = {}
    for name, method, target, media_type, body in CALLS:
        headers = {"Accept": media_type}
        if body:
            headers["Content-Type"] = media_type
        body = json.loads(body) if body else None
        response = session.request(method, URL + target, json=body, headers=headers, **log_in())
        response.raise_for_status()
        responses[name] = response.json() if response.content else None
    print(json.dumps(responses))
