"""A service with the features of real FastAPI services. Most operations return the values that they have read."""

import base64
import enum
import uuid
from collections.abc import AsyncIterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import APIRouter, Body, Cookie, Depends, FastAPI, File, Form, Header, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from fastapi.security import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
)
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import OAuth2
from pydantic import AnyUrl, BaseModel, ConfigDict, Field

import tokens

app = FastAPI(title="Fast Service", version="2.1.0", generate_unique_id_function=lambda route: route.name)


class Color(str, enum.Enum):
    """A color."""

    red = "red"
    dark_blue = "dark blue"
    both = "a,b"


class Level(enum.IntEnum):
    low = 1
    high = 10


# Parameters.


@app.get("/path/{text}/{number}/{id}/{day}/{at}/{color}")
def path_values(text: str, number: int, id: uuid.UUID, day: date, at: datetime, color: Color) -> dict[str, Any]:
    return {"text": text, "number": number, "id": id, "day": day, "at": at, "color": color}


@app.get("/files/{path:path}")
def path_with_slashes(path: str) -> dict[str, Any]:
    return {"path": path}


@app.get("/query")
def query_values(
    needed: str,
    text: str | None = None,
    number: Annotated[int | None, Query(ge=-(2**63), le=2**63 - 1)] = None,
    ratio: float | None = None,
    flag: bool | None = None,
    at: datetime | None = None,
    day: date | None = None,
    id: uuid.UUID | None = None,
    color: Color | None = None,
    level: Level = Level.low,
    kind: Literal["x", "y z"] = "x",
    tags: Annotated[list[str] | None, Query()] = None,
    numbers: Annotated[list[int], Query()] = [],
    colors: Annotated[set[Color] | None, Query()] = None,
    size: Annotated[int, Query(alias="page-size", ge=1, le=100)] = 20,
    mixed: int | bool | str | None = None,
    price: Decimal | None = None,
    wait: timedelta | None = None,
    url: AnyUrl | None = None,
) -> dict[str, Any]:
    return dict(
        needed=needed, text=text, number=number, ratio=ratio, flag=flag, at=at, day=day, id=id, color=color, level=level,
        kind=kind, tags=tags, numbers=numbers, colors=colors, size=size, mixed=mixed, price=price, wait=wait, url=url,
    )  # fmt: skip


class Filter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(100, gt=0, le=100)
    order_by: Literal["created_at", "updated_at"] = "created_at"
    tags: list[str] = []


@app.get("/filter")
def query_model(filter: Annotated[Filter, Query()]) -> Filter:
    return filter


@app.get("/headers")
def header_values(
    x_text: Annotated[str | None, Header()] = None,
    x_number: Annotated[int | None, Header()] = None,
    x_flag: Annotated[bool | None, Header()] = None,
    x_at: Annotated[datetime | None, Header()] = None,
    x_color: Annotated[Color | None, Header()] = None,
) -> dict[str, Any]:
    return dict(text=x_text, number=x_number, flag=x_flag, at=x_at, color=x_color)


@app.get("/cookies")
def cookie_values(
    session: Annotated[str | None, Cookie()] = None,
    visits: Annotated[int | None, Cookie()] = None,
    color: Annotated[Color | None, Cookie()] = None,
) -> dict[str, Any]:
    return dict(session=session, visits=visits, color=color)


# JSON bodies.


class Owner(BaseModel):
    name: str
    email: str | None = None


class Item(BaseModel):
    id: uuid.UUID
    name: str = Field(max_length=200)
    price: Decimal
    created_at: datetime
    day: date
    at: time | None = None
    lasts: timedelta | None = None
    color: Color = Color.red
    level: Level | None = None
    tags: list[str] = []
    unique: set[int] = set()
    owner: Owner | None = None
    owners: list[Owner] = []
    labels: dict[str, str] = {}
    counts: dict[Color, int] = {}
    matrix: list[list[float]] = []
    pair: tuple[int, str] | None = None
    big: int = 0
    ratio: float = 0.0
    extra: Any = None
    kind: Literal["item"] = "item"
    type_: str | None = Field(None, alias="type")


class Node(BaseModel):
    value: int
    children: list["Node"] = []
    next: "Node | None" = None


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")

    name: str


@app.post("/items", status_code=201)
def create_item(item: Item) -> Item:
    return item


@app.post("/nodes")
def echo_node(node: Node) -> Node:
    return node


@app.post("/open")
def echo_open(value: Open) -> Open:
    return value


@app.post("/embedded")
def embedded(owner: Owner, note: Annotated[str, Body()], count: Annotated[int | None, Body()] = None) -> dict[str, Any]:
    return {"owner": owner, "note": note, "count": count}


@app.post("/list")
def echo_list(values: list[Owner | None]) -> list[Owner | None]:
    return values


@app.post("/optional")
def optional_body(owner: Annotated[Owner | None, Body()] = None) -> Owner | None:
    return owner


@app.post("/any")
def echo_any(value: Annotated[Any, Body()]) -> Any:
    return value


class ItemPatch(BaseModel):
    name: str | None = None
    price: Decimal | None = None
    tags: list[str] | None = None
    labels: dict[str, str] | None = None
    owner: Owner | None = None
    color: Color | None = None


@app.patch("/items/{id}")
def update_item(id: int, patch: ItemPatch) -> dict[str, Any]:
    return patch.model_dump(exclude_unset=True)


# Unions.


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    good: bool = True


class Circle(BaseModel):
    radius: float


class Square(BaseModel):
    side: float


class Shapes(BaseModel):
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]
    pets: list[Annotated[Cat | Dog, Field(discriminator="kind")]] = []
    shape: Circle | Square | None = None
    value: int | str | bool | None = None
    values: list[int | str] = []
    one_or_many: str | list[str] | None = None


@app.post("/shapes")
def echo_shapes(shapes: Shapes) -> Shapes:
    return shapes


@app.post("/one-or-many")
def one_or_many(value: Annotated[str | list[str], Body()]) -> str | list[str]:
    return value


@app.post("/either/{id}")
def either(id: int | str, value: Annotated[int | str, Body()], at: datetime | int | None = None) -> list[int | str | datetime | None]:
    return [id, value, at]


@app.post("/pets")
def echo_pet(pet: Annotated[Cat | Dog, Field(discriminator="kind")]) -> Cat | Dog:
    return pet


# Forms and files.


@app.post("/form")
def form_values(
    name: Annotated[str, Form()],
    count: Annotated[int | None, Form()] = None,
    flag: Annotated[bool, Form()] = False,
    tags: Annotated[list[str], Form()] = [],
    at: Annotated[datetime | None, Form()] = None,
    color: Annotated[Color | None, Form()] = None,
) -> dict[str, Any]:
    return dict(name=name, count=count, flag=flag, tags=tags, at=at, color=color)


class Login(BaseModel):
    username: str
    password: str
    remember: bool = False


@app.post("/login")
def form_model(login: Annotated[Login, Form()]) -> Login:
    return login


async def described(file: UploadFile | None) -> dict[str, Any] | None:
    if file is None:
        return None
    return {"name": file.filename, "type": file.content_type, "content": (await file.read()).hex()}


@app.post("/upload")
async def upload(
    file: UploadFile,
    note: Annotated[str, Form()],
    files: list[UploadFile] = [],
    other: UploadFile | None = None,
    tags: Annotated[list[str], Form()] = [],
    count: Annotated[int | None, Form()] = None,
) -> dict[str, Any]:
    many = [await described(it) for it in files]
    return dict(file=await described(file), files=many, other=await described(other), note=note, tags=tags, count=count)


@app.post("/upload-bytes")
def upload_bytes(file: Annotated[bytes, File()]) -> dict[str, Any]:
    return {"content": file.hex()}


@app.post(
    "/any-form",
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": {"type": "object"}}}}},
)
async def any_form(request: Request) -> list[list[str | None]]:
    form = await request.form()
    return [[name, value if isinstance(value, str) else value.filename] for name, value in form.multi_items()]


# Other bodies.

BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@app.post(
    "/raw",
    response_class=Response,
    responses={200: {"content": BINARY}},
    openapi_extra={"requestBody": {"required": True, "content": BINARY}},
)
async def echo_bytes(request: Request) -> Response:
    return Response(await request.body(), media_type="application/octet-stream")


@app.get("/text", response_class=PlainTextResponse)
def text(value: str) -> str:
    return value


class Line(BaseModel):
    number: int
    text: str | None = None


@app.get("/lines")
async def lines(count: int) -> AsyncIterable[Line]:
    for number in range(count):
        yield Line(number=number, text="a\nb" if number % 2 else None)


@app.get(
    "/ndjson",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {"schema": {"$ref": "#/components/schemas/Line"}}}}},
)
def ndjson(count: int) -> StreamingResponse:
    texts = (Line(number=number).model_dump_json() + "\n" for number in range(count))
    return StreamingResponse(texts, media_type="application/x-ndjson")


# Statuses.


class Missing(BaseModel):
    detail: str
    looked_for: int


@app.put(
    "/statuses/{status}",
    response_model=Owner,
    responses={
        201: {"model": Line},
        202: {"model": Line, "headers": {"X-Job": {"schema": {"type": "string"}}}},
        204: {"description": "Nothing."},
        404: {"model": Missing},
        409: {"content": {"text/plain": {"schema": {"type": "string"}}}},
    },
)
def statuses(status: int) -> Response:
    if status == 200:
        return JSONResponse({"name": "Ada"})
    if status in (201, 202):
        return JSONResponse({"number": status}, status_code=status)
    if status == 404:
        return JSONResponse({"detail": "no such thing", "looked_for": status}, status_code=status)
    if status == 409:
        return PlainTextResponse("in conflict: é", status_code=status)
    return Response(status_code=status)


@app.delete("/items/{id}", status_code=204)
def delete_item(id: int) -> None:
    pass


# Credentials.

bearer = HTTPBearer()
basic = HTTPBasic()
key = APIKeyHeader(name="X-Key", scheme_name="headerKey")
query_key = APIKeyQuery(name="api_key", scheme_name="queryKey")
cookie_key = APIKeyCookie(name="key", scheme_name="cookieKey")
machine = OAuth2(
    scheme_name="machine",
    flows=OAuthFlows(clientCredentials=OAuthFlowClientCredentials(tokenUrl="/token", scopes={"read": "Reads."})),
)

secure = APIRouter(prefix="/secure", tags=["secure"])


@secure.get("/bearer")
def with_bearer(given: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> dict[str, Any]:
    return {"token": given.credentials}


@secure.get("/basic")
def with_basic(given: Annotated[HTTPBasicCredentials, Depends(basic)]) -> dict[str, Any]:
    return {"username": given.username, "password": given.password}


@secure.get("/keys")
def with_keys(
    header: Annotated[str, Depends(key)], query: Annotated[str, Depends(query_key)], cookie: Annotated[str, Depends(cookie_key)]
) -> dict[str, Any]:
    return {"header": header, "query": query, "cookie": cookie}


@secure.get("/machine")
def with_token(given: Annotated[str, Depends(machine)]) -> dict[str, Any]:
    return tokens.issued[given.removeprefix("Bearer ")]


app.include_router(secure)
tokens.add_to(app)


# Pages.

T = TypeVar("T")


class Entry(BaseModel):
    id: int
    text: str = ""


ENTRIES = [Entry(id=number) for number in range(7)]


class Page(BaseModel, Generic[T]):
    items: list[T]
    total: int


class CursorPage(BaseModel, Generic[T]):
    items: list[T]
    next_cursor: str | None = None


@app.get("/pages")
def list_by_page(page: Annotated[int, Query(ge=1)] = 1, per_page: Annotated[int, Query(ge=1, le=3)] = 3) -> Page[Entry]:
    return Page(items=ENTRIES[(page - 1) * per_page : page * per_page], total=len(ENTRIES))


@app.get("/offsets")
def list_by_offset(offset: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=3)] = 3) -> list[Entry]:
    return ENTRIES[offset : offset + limit]


@app.get("/cursors")
def list_by_cursor(cursor: str | None = None) -> CursorPage[Entry]:
    start = int(base64.b64decode(cursor)) if cursor else 0
    after = base64.b64encode(str(start + 3).encode()).decode() if start + 3 < len(ENTRIES) else None
    return CursorPage(items=ENTRIES[start : start + 3], next_cursor=after)


class NextPage(BaseModel, Generic[T]):
    count: int
    next: AnyUrl | None = None
    results: list[T]


@app.get("/next")
def list_by_next(request: Request, page: int | None = None) -> NextPage[Line]:
    start = ((page or 1) - 1) * 3
    after = request.url.include_query_params(page=start // 3 + 2) if start + 3 < len(ENTRIES) else None
    lines = [Line(number=entry.id) for entry in ENTRIES[start : start + 3]]
    return NextPage(count=len(ENTRIES), next=after and AnyUrl(str(after)), results=lines)


@app.get("/links", responses={200: {"headers": {"Link": {"schema": {"type": "string"}}}}})
def list_by_link(
    request: Request, response: Response, page: Annotated[int, Query(ge=1)] = 1, per_page: Annotated[int, Query(ge=1)] = 3
) -> list[Entry]:
    if page * per_page < len(ENTRIES):
        after = request.url.include_query_params(page=page + 1, per_page=per_page)
        response.headers["Link"] = f'<{after}>; rel="next", <{request.url}>; rel="self"'
    return ENTRIES[(page - 1) * per_page : page * per_page]
