"""Fixtures for every test: the asyncio backend, and databases of their own."""

import signal

import pytest

pytest_plugins = [
    "tests.support.database",
    "tests.support.golden",
    "tests.support.server",
    "tests.support.shop",
    "tests.support.spans",
]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def pytest_configure() -> None:
    """Let Ctrl+C reach the processes that tests start, also where the tests run in the background of a shell: that
    ignores the signal, and what ignores it passes this on to all that it starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
