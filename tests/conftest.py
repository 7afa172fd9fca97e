"""Fixtures for every test: the asyncio backend, and databases of their own."""

import os
import signal
import sys

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.support.database",
    "tests.support.golden",
    "tests.support.server",
    "tests.support.shop",
    "tests.support.spans",
]

# Because: tests start hundreds of processes, and where Python may not keep what it compiled, each compiles everything anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The same examples wherever the tests run, however slow that is. `pytest --hypothesis-profile search` takes others each time.
settings.load_profile("ci")
settings.register_profile("search", derandomize=False)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files of slow tests, so that at the end no worker is left alone with one of them."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_configure() -> None:
    """Let Ctrl+C reach the processes that tests start, also where the tests run in the background of a shell: that
    ignores the signal, and what ignores it passes this on to all that it starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
