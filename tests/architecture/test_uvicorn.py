"""What is leaned on of the web server beyond its documentation: a new version that lacks any of it must not go unnoticed.

``pyproject.toml`` allows no version beyond the one that was looked at.
"""

import inspect
import tomllib
from importlib.metadata import version

import httptools
import pytest
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from tercel.http.server.connection import BoundedConnection
from tercel.http.server.exchange import Exchange
from tests.architecture.sources import ROOT

#: Methods and attributes by their class. Attributes are found by their name in its source.
LEANED_ON = {
    HttpToolsProtocol: [
        "_start_asgi_task", "app", "connection_lost", "connection_made", "connections", "cycle", "data_received",
        "expect_100_continue", "flow", "headers", "logger", "access_logger", "loop", "on_body", "on_header",
        "on_headers_complete", "on_message_begin", "on_message_complete", "on_response_complete", "on_url", "parser",
        "pause_writing", "pipeline", "resume_writing", "scope", "send_400_response", "server_state", "transport", "url",
    ],
    RequestResponseCycle: [
        "body", "default_headers", "disconnected", "flow", "keep_alive", "message_event", "more_body", "on_response",
        "receive", "response_complete", "response_started", "run_asgi", "scope", "send", "send_500_response", "transport",
        "waiting_for_100_continue",
    ],
    FlowControl: ["drain", "pause_reading", "resume_reading", "write_paused"],
    uvicorn.Server: [
        "capture_signals", "config", "force_exit", "handle_exit", "lifespan", "run", "server_state", "servers", "should_exit",
        "shutdown", "started", "startup",
    ],
    uvicorn.server.ServerState: ["connections", "default_headers", "tasks"],
}  # fmt: skip
PAIRS = [(owner, name) for owner, names in LEANED_ON.items() for name in names]


@pytest.mark.parametrize(("owner", "name"), PAIRS, ids=[f"{owner.__name__}.{name}" for owner, name in PAIRS])
def test_it_is_still_there(owner: type, name: str) -> None:
    assert hasattr(owner, name) or f"self.{name}" in inspect.getsource(owner)


def test_it_takes_the_same_arguments() -> None:
    taken = list(inspect.signature(RequestResponseCycle.__init__).parameters)
    assert taken[1:] == [
        "scope", "transport", "flow", "logger", "access_logger", "access_log", "default_headers", "message_event",
        "expect_100_continue", "keep_alive", "on_response",
    ]  # fmt: skip
    assert list(inspect.signature(HttpToolsProtocol._start_asgi_task).parameters) == ["self", "cycle", "app"]
    assert list(inspect.signature(uvicorn.Server.shutdown).parameters) == ["self", "sockets"]


def test_what_is_overridden_overrides_something() -> None:
    for ours, theirs in ((BoundedConnection, HttpToolsProtocol), (Exchange, RequestResponseCycle)):
        called = {
            name for name in vars(ours) if name.startswith(("on_", "send_")) and callable(vars(ours)[name])
        }
        assert called
        assert all(hasattr(theirs, name) for name in called)


def test_its_constants() -> None:
    assert STARTUP_FAILURE == 3
    assert STATUS_LINE[431].startswith(b"HTTP/1.1 431 ")


def test_the_parser() -> None:
    parser = httptools.HttpRequestParser(object())
    for name in ("feed_data", "get_http_version", "get_method", "should_keep_alive"):
        assert callable(getattr(parser, name))
    assert httptools.parse_url(b"/a?b").query == b"b"


def test_no_other_version_is_allowed_than_the_one_that_was_looked_at() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    major, minor = map(int, version("uvicorn").split(".")[:2])
    assert f"uvicorn>=0.40,<{major}.{minor + 1}" in dependencies
