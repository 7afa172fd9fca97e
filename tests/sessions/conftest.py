"""A shop per test."""

from typing import Any

import httpx
import pytest

from tests.sessions.shop import Shop


@pytest.fixture
def shop(application: dict[str, Any], management: httpx.Client, integration: httpx.Client) -> Shop:
    """A fresh application to sell in."""
    return Shop(application, management, integration)
