"""Serves the `app` of a module on a free port of this machine, and prints the URL: `serve.py MODULE`."""

import importlib
import socket
import sys

import uvicorn

app = importlib.import_module(sys.argv[1]).app
with socket.create_server(("127.0.0.1", 0)) as listener:
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
