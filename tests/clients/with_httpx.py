"""Performs all calls with httpx."""

import os
import ssl

import httpx

import call

roots = ssl.create_default_context(cafile=os.environ["ATLAS_CA"])
with httpx.Client(verify=roots) as session:
    if call.KIND == "key":
        call.run(session, lambda: {"auth": httpx.DigestAuth(*call.KEY)})
    else:
        token = call.TOKEN
        if call.KIND == "account":
            form = {"grant_type": "client_credentials"}
            issued = session.post(call.TOKEN_URL, data=form, auth=httpx.BasicAuth(*call.ACCOUNT))
            issued.raise_for_status()
            token = issued.json()["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
        call.run(session)
