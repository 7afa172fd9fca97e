"""Fixtures for every test: the asyncio backend, and databases of their own."""

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
