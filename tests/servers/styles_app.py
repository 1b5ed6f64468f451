"""A service that validates each request with openapi-core and returns the values that openapi-core has read.

The service returns the body of a `POST`, and the parameters of any other request."""

import base64
import json
from pathlib import Path

import yaml
from openapi_core import OpenAPI
from openapi_core.contrib.starlette import StarletteOpenAPIRequest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

DOCUMENT = yaml.safe_load((Path(__file__).parent / "styles.yaml").read_text())
DOCUMENT["servers"] = [{"url": "/"}]
openapi = OpenAPI.from_dict(DOCUMENT)


def readable(value: object) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def understood(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value, default=readable), status, media_type="application/json")


async def answer(request: Request) -> Response:
    result = openapi.unmarshal_request(StarletteOpenAPIRequest(request, await request.body()))
    if result.errors:
        return understood({"errors": [repr(error.__cause__ or error) for error in result.errors]}, 400)
    parameters = result.parameters
    found = {**parameters.path, **parameters.query, **parameters.header, **parameters.cookie}
    return understood(result.body if request.method == "POST" else found)


async def document(_: Request) -> Response:
    return JSONResponse(DOCUMENT)


app = Starlette(routes=[Route("/openapi.json", document), Route("/{path:path}", answer, methods=["GET", "POST"])])
