"""Texts and lists with limits of their own: exactly at the limit, and one more."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from tercel.base import limits
from tercel.base.errors import InvalidError
from tercel.features.access.accounts.model import LoginParams
from tercel.features.access.accounts.users import normalized
from tercel.features.access.keys.model import CreateManagementKey, UpdateManagementKey
from tercel.features.campaigns.experiments.model import VariantName
from tercel.features.setup.stores.model import NewStore
from tercel.language.errors import TimeError
from tercel.language.values.layouts import format_time

LOG_IN = {"email": "a", "password": "p"}
STORE = {"name": "s", "description": "", "integrationId": "s"}
KEY = {"name": "k", "expiryDate": "2030-01-01T00:00:00Z", "endpoints": []}
ENDPOINT = {"path": "*"}


@pytest.mark.parametrize(
    ("kind", "fields", "name", "part", "limit"),
    [
        (LoginParams, LOG_IN, "email", "x", limits.EMAIL_LENGTH_MAX),
        (LoginParams, LOG_IN, "password", "x", limits.PASSWORD_LENGTH_MAX),
        (NewStore, STORE, "name", "x", limits.STORE_NAME_LENGTH_MAX),
        (NewStore, STORE, "description", "x", limits.TEXT_LENGTH_MAX),
        (NewStore, STORE, "integrationId", "x", limits.INTEGRATION_ID_LENGTH_MAX),
        (CreateManagementKey, KEY, "endpoints", [ENDPOINT], limits.KEY_ENDPOINTS_MAX),
        (CreateManagementKey, KEY, "allowedApplicationIds", [1], limits.KEY_ENDPOINTS_MAX),
        (UpdateManagementKey, {}, "endpoints", [ENDPOINT], limits.KEY_ENDPOINTS_MAX),
        (UpdateManagementKey, {}, "allowedApplicationIds", [1], limits.KEY_ENDPOINTS_MAX),
    ],
)
def test_a_field_is_no_longer_than_its_limit(
    kind: type, fields: dict[str, Any], name: str, part: Any, limit: int
) -> None:
    msgspec.convert({**fields, name: part * limit}, kind)
    with pytest.raises(msgspec.ValidationError, match=f"<= {limit}.*{name}"):
        msgspec.convert({**fields, name: part * (limit + 1)}, kind)


def test_the_name_of_a_variant() -> None:
    assert msgspec.convert("x" * limits.VARIANT_NAME_LENGTH_MAX, VariantName)
    for name in ("", "x" * (limits.VARIANT_NAME_LENGTH_MAX + 1)):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(name, VariantName)


def test_the_normalized_a_user() -> None:
    address = "x@".rjust(limits.EMAIL_LENGTH_MAX - 1, "x") + "y"
    assert len(normalized(address)) == limits.EMAIL_LENGTH_MAX
    with pytest.raises(InvalidError):
        normalized("x" + address)


def test_the_layout_of_a_time() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    layout = "HH".ljust(limits.LAYOUT_LENGTH_MAX, ".")
    assert format_time(noon, layout) == "12".ljust(limits.LAYOUT_LENGTH_MAX, ".")
    with pytest.raises(TimeError, match=f"at most {limits.LAYOUT_LENGTH_MAX} characters"):
        format_time(noon, layout + ".")
