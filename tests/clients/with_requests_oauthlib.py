"""Performs all calls with `requests-oauthlib`, which builds on `requests`."""

from oauthlib.oauth2 import BackendApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

import call

if call.KIND == "account":
    session = OAuth2Session(client=BackendApplicationClient(client_id=call.ACCOUNT[0]))
    session.fetch_token(call.TOKEN_URL, auth=HTTPBasicAuth(*call.ACCOUNT))
else:
    session = OAuth2Session(token={"access_token": call.TOKEN, "token_type": "Bearer"})
with session:
    call.run(session)
