"""The calls and the credentials of all Python clients. `clients/main.rs` sets the environment."""

import json
import os

URL = os.environ["ATLAS_URL"]
TOKEN_URL = URL + "/api/oauth/token"
GROUP = URL + "/api/atlas/v2/groups/" + os.environ["ATLAS_GROUP"]
LIST_URL = f"{GROUP}/clusters/{os.environ['ATLAS_CLUSTER']}/backup/exports"
LIST_QUERY = {"itemsPerPage": "2"}
LIST_HEADERS = {"Accept": "application/vnd.atlas.2023-01-01+json"}
CREATE_URL = GROUP + "/backup/exportBuckets"
CREATE_HEADERS = {
    "Accept": "application/vnd.atlas.2024-05-30+json",
    "Content-Type": "application/vnd.atlas.2024-05-30+json",
}
BUCKET = json.loads(os.environ["ATLAS_BUCKET"])

KIND = os.environ["ATLAS_CREDENTIALS"]
TOKEN = os.environ["ATLAS_TOKEN"]
ACCOUNT = (os.environ["ATLAS_CLIENT_ID"], os.environ["ATLAS_CLIENT_SECRET"])
KEY = (os.environ["ATLAS_PUBLIC_KEY"], os.environ["ATLAS_PRIVATE_KEY"])


def run(session, log_in=dict):
    """Calls both operations and prints the responses. `log_in` returns the arguments of a call that hold
    the credentials. It runs once per call, so that each call with an API key gets its own challenge."""
    listed = session.get(LIST_URL, params=LIST_QUERY, headers=LIST_HEADERS, **log_in())
    listed.raise_for_status()
    created = session.post(CREATE_URL, json=BUCKET, headers=CREATE_HEADERS, **log_in())
    created.raise_for_status()
    print(json.dumps({"list": listed.json(), "create": created.json()}))
