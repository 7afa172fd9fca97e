"""The kinds of values (behaviour/language 3).

At run time: number is ``Decimal``, string ``str``, boolean ``bool``, time an aware ``datetime``, location
``Location``, list ``list``, map ``dict``, entity an ``Entity``, null ``None``. Nothing else is ever a value.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """A kind of value, by its name in the language."""

    NUMBER = "number"
    STRING = "string"
    BOOLEAN = "boolean"
    TIME = "time"
    LOCATION = "location"
    LIST = "list"
    MAP = "map"
    ENTITY = "entity"
    NULL = "null"
    ANY = "any"


NUMBER, STRING, BOOLEAN, TIME = Kind.NUMBER, Kind.STRING, Kind.BOOLEAN, Kind.TIME
LOCATION, LIST, MAP, ENTITY, NULL, ANY = (
    Kind.LOCATION,
    Kind.LIST,
    Kind.MAP,
    Kind.ENTITY,
    Kind.NULL,
    Kind.ANY,
)


class Location(NamedTuple):
    """A place: latitude -90 to 90, longitude -180 to 180, in degrees."""

    latitude: Decimal
    longitude: Decimal
