"""Performs all calls with Authlib on top of `requests`."""

from authlib.integrations.requests_client import OAuth2Session

import call

if call.KIND == "account":
    session = OAuth2Session(*call.ACCOUNT, token_endpoint_auth_method="client_secret_basic")
    session.fetch_token(call.TOKEN_URL, grant_type="client_credentials")
else:
    session = OAuth2Session(token={"access_token": call.TOKEN, "token_type": "Bearer"})
with session:
    call.run(session)
