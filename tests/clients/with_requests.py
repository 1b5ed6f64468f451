"""Performs all calls with the library `requests`."""

import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth

import call

with requests.Session() as session:
    if call.KIND == "key":
        call.run(session, lambda: {"auth": HTTPDigestAuth(*call.KEY)})
    else:
        token = call.TOKEN
        if call.KIND == "account":
            form = {"grant_type": "client_credentials"}
            issued = session.post(call.TOKEN_URL, data=form, auth=HTTPBasicAuth(*call.ACCOUNT))
            issued.raise_for_status()
            token = issued.json()["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
        call.run(session)
