"""Values from and to JSON data, for hosts that give variables and show results."""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from tercel.language.values.entity import Entity
from tercel.language.values.kinds import Location
from tercel.language.values.times import format_rfc3339


def from_json(data: Any) -> Any:
    """JSON data with its numbers as Decimal; everything else is a value already."""
    if isinstance(data, bool):
        return data
    if isinstance(data, int):
        return Decimal(data)
    if isinstance(data, list):
        return [from_json(element) for element in data]
    if isinstance(data, dict):
        return {name: from_json(value) for name, value in data.items()}
    return data


def to_json(value: Any, zone: tzinfo) -> Any:
    """Return a value as JSON data: times as RFC 3339 in the zone, locations and entities as objects."""
    if isinstance(value, Location):
        return {"latitude": value.latitude, "longitude": value.longitude}
    if isinstance(value, datetime):
        return format_rfc3339(value, zone)
    if isinstance(value, list):
        return [to_json(element, zone) for element in value]
    if isinstance(value, dict):
        return {name: to_json(element, zone) for name, element in value.items()}
    if isinstance(value, Entity):
        found = {name: value.find(name) for name in value.FIELDS}
        return {name: to_json(element, zone) for name, element in found.items() if element is not None}
    return value
