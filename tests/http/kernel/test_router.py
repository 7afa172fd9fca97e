"""Which target a path leads to."""

import pytest

from tercel.http.kernel.router import NoSuchMethodError, NoSuchPathError, Router
from tercel.http.server.paths import decode


@pytest.fixture
def router() -> Router[str]:
    router = Router[str]()
    router.add("GET", "/things", "list")
    router.add("POST", "/things", "create")
    router.add("GET", "/things/{thingId}", "get")
    router.add("PUT", "/things/{id}", "put")
    router.add("GET", "/things/{thingId}/parts/{partId}", "part")
    router.add("GET", "/things/all", "all")
    router.add("GET", "/things/new/{kind}", "new")
    router.add("POST", "/orders", "order")
    return router


@pytest.mark.parametrize(
    ("method", "path", "target", "parameters"),
    [
        ("GET", "/things", "list", {}),
        ("POST", "/things", "create", {}),
        ("HEAD", "/things", "list", {}),
        ("GET", "/things/", "list", {}),
        ("GET", "//things//", "list", {}),
        ("GET", "/things/1", "get", {"thingId": "1"}),
        ("PUT", "/things/1", "put", {"id": "1"}),
        ("GET", "//things//1/", "get", {"thingId": "1"}),
        ("GET", "/things/a%2Fb", "get", {"thingId": "a/b"}),
        ("GET", "/things/%2F", "get", {"thingId": "/"}),
        ("GET", "/things/{thingId}", "get", {"thingId": "{thingId}"}),
        ("GET", "/things/1/parts/2", "part", {"thingId": "1", "partId": "2"}),
        ("GET", "/things/all", "all", {}),
        ("GET", "/things/all/parts/2", "part", {"thingId": "all", "partId": "2"}),
        ("GET", "/things/new/parts", "new", {"kind": "parts"}),
    ],
)
def test_found(router: Router[str], method: str, path: str, target: str, parameters: dict[str, str]) -> None:
    assert router.find(method, decode(path.encode())) == (target, parameters)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/thing",
        "/Things",
        "/things/1/parts",
        "/things/1/parts/2/3",
        "/things/new",
        "/things/new/parts/2",
    ],
)
def test_no_such_path(router: Router[str], path: str) -> None:
    with pytest.raises(NoSuchPathError):
        router.find("GET", path)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/things", ["GET", "HEAD", "OPTIONS", "POST"]),
        ("OPTIONS", "/things", ["GET", "HEAD", "OPTIONS", "POST"]),
        ("POST", "/things/1", ["GET", "HEAD", "OPTIONS", "PUT"]),
        ("PUT", "/things/all", ["GET", "HEAD", "OPTIONS"]),
        ("get", "/things/all", ["GET", "HEAD", "OPTIONS"]),
        ("HEAD", "/orders", ["OPTIONS", "POST"]),
    ],
)
def test_no_such_method(router: Router[str], method: str, path: str, allowed: list[str]) -> None:
    with pytest.raises(NoSuchMethodError) as raised:
        router.find(method, path)
    assert raised.value.allowed == allowed


def test_a_route_is_there_once(router: Router[str]) -> None:
    with pytest.raises(AssertionError, match="twice"):
        router.add("GET", "/things/{other}", "again")
