"""A real server for tests: uvicorn in a thread over a database of its own, and clients with keys.

One server serves a whole test run; each test gets an application of its own, so tests do not see each other.
"""

import asyncio
import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
import pytest
import uvicorn

from tercel.database.engine import Database
from tercel.features.access.accounts.first_run import ensure_first_run
from tercel.settings import Settings

ADMIN_EMAIL = "admin@example.com"
ADMIN_PASSWORD = "a password for tests"
FAR_AWAY = "2099-01-01T00:00:00Z"
EVERYTHING = {"path": "*"}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    dsn: str


@pytest.fixture(scope="session")
def server(session_database_url: str, settings: Settings) -> Iterator[Server]:
    """The server of this test run."""
    with serving(session_database_url, settings) as running:
        yield running


@contextmanager
def serving(dsn: str, settings: Settings) -> Iterator[Server]:
    """Serve a database for the length of the block."""
    # Because: tests of single parts should run, and start fast, without importing the whole.
    from tercel.main import compose

    chosen = {"admin_email": ADMIN_EMAIL, "admin_password": ADMIN_PASSWORD}
    settings = msgspec.structs.replace(settings, **chosen)
    asyncio.run(_set_up(dsn, settings))
    application = compose(settings, dsn)
    configuration = uvicorn.Config(
        application,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        http="tercel.http.server.connection:BoundedConnection",
        ws="none",
        # Because: clients live as long as the run, and one that is used again while its connection is closed fails a test.
        timeout_keep_alive=3600,
    )
    running = uvicorn.Server(configuration)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=running.run, args=([listening],))
        thread.start()
        try:
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            # The socket listens already: this request waits in its queue until start-up is done.
            httpx.get(f"{url}/healthz", timeout=30).raise_for_status()
            yield Server(url, dsn)
        finally:
            running.should_exit = True
            thread.join()


async def _set_up(dsn: str, settings: Settings) -> None:
    database = await Database.open(dsn, settings)
    await ensure_first_run(database, settings)
    await database.close()


@pytest.fixture(scope="session")
def admin_token(server: Server) -> str:
    """A token of the administrator."""
    return sign_in(server)


@pytest.fixture(scope="session")
def api(server: Server) -> Iterator[httpx.Client]:
    """A client without a key."""
    with client(server) as opened:
        yield opened


@pytest.fixture(scope="session")
def admin(server: Server, admin_token: str) -> Iterator[httpx.Client]:
    """A client of the administrator."""
    with client(server, f"Bearer {admin_token}") as opened:
        yield opened


@pytest.fixture(scope="session")
def management(server: Server, admin: httpx.Client) -> Iterator[httpx.Client]:
    """A client with a management key for everything but the administration."""
    with client(server, f"ManagementKey-v1 {make_management_key(admin)}") as opened:
        yield opened


@pytest.fixture
def application(management: httpx.Client) -> dict[str, Any]:
    """A fresh application."""
    return make_application(management)


@pytest.fixture
def integration(server: Server, admin: httpx.Client, application: dict[str, Any]) -> Iterator[httpx.Client]:
    """A client with an integration key of the fresh application."""
    with client(server, f"ApiKey-v1 {make_integration_key(admin, application['id'])}") as opened:
        yield opened


def sign_in(server: Server) -> str:
    """Return a token of the administrator."""
    body = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
    answer = httpx.post(f"{server.url}/v1/sessions", json=body, timeout=30)
    token: str = answer.raise_for_status().json()["token"]
    return token


def client(server: Server, authorization: str | None = None) -> httpx.Client:
    """A client of the server with this Authorization header."""
    headers = {"Authorization": authorization} if authorization else {}
    return httpx.Client(base_url=server.url, headers=headers, timeout=30)


def make_application(management: httpx.Client, **fields: Any) -> dict[str, Any]:
    """Create an application; ``fields`` go before the defaults."""
    body = {"name": f"Shop {next(_numbers)}", "timezone": "UTC", "currency": "EUR", **fields}
    return created(management.post("/v1/applications", json=body))


def make_integration_key(admin: httpx.Client, application_id: int, **fields: Any) -> str:
    """Create an integration key; its secret."""
    body = {"title": "test", "expires": FAR_AWAY, **fields}
    key: str = created(admin.post(f"/v1/applications/{application_id}/apikeys", json=body))["key"]
    return key


def make_management_key(admin: httpx.Client, **fields: Any) -> str:
    """Create a management key, for every endpoint unless told otherwise; its secret."""
    body = {"name": "test", "expiryDate": FAR_AWAY, "endpoints": [EVERYTHING], **fields}
    key: str = created(admin.post("/v1/management_keys", json=body))["key"]
    return key


def created(answer: httpx.Response) -> dict[str, Any]:
    """The body of a 201."""
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body
