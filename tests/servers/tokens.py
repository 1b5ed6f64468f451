"""An authorization server, built with Authlib. It requires the parameter `audience`, and each of its clients can send
its secret in only one way."""

from typing import Any

from authlib.common.security import generate_token
from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

SECRET = 'a:b+c %"&=é'
# The way in which each client sends its secret.
METHODS = {"client basic": "client_secret_basic", "client post": "client_secret_post"}

# What the server has read in the request for each token that it has issued.
issued: dict[str, dict[str, Any]] = {}


class Client(ClientMixin):
    def __init__(self, id: str) -> None:
        self.id = id

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == METHODS[self.id]

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope: str | None) -> str:
        return scope or ""


class ForAudience(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

    def validate_token_request(self) -> None:
        super().validate_token_request()
        if "audience" not in self.request.form:
            raise InvalidRequestError("the parameter audience is missing")


class FormRequest(OAuth2Request):
    def __init__(self, request: Request, form: dict[str, str]) -> None:
        super().__init__(request.method, str(request.url), headers=request.headers)
        self.payload = BasicOAuth2Payload(form)

    @property
    def form(self) -> dict[str, str]:
        return self.payload.data


class Server(AuthorizationServer):
    def query_client(self, client_id: str) -> Client | None:
        return Client(client_id) if client_id in METHODS else None

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        form = {name: value for name, value in request.form.items() if name != "client_secret"}
        issued[token["access_token"]] = {"client": request.client.id, "form": form}

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        pass

    def create_oauth2_request(self, request: FormRequest) -> FormRequest:
        return request

    def handle_response(self, status: int, body: dict[str, Any], headers: list[tuple[str, str]]) -> Response:
        return JSONResponse(body, status, dict(headers))


server = Server()
server.register_grant(ForAudience)
server.register_token_generator("default", BearerTokenGenerator(lambda **_: generate_token()))


def add_to(app: FastAPI) -> None:
    @app.post("/token", include_in_schema=False)
    async def token(request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        return server.create_token_response(FormRequest(request, form))
