"""The vocabulary of requirements: what must be so for a rule to fire, in a form that an index can use."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Subject(StrEnum):
    """What a key fact is about."""

    COUPON = "coupon"  # a coupon of the rule's own campaign is in the session
    REFERRAL = "referral"  # a referral of the rule's own campaign is
    EVENT = "event"  # the event has a type
    STORE = "store"  # the store has an integration id
    ITEM = "item"  # some item has a text in a field
    SESSION = "session"  # an attribute of the session has a value
    PROFILE = "profile"  # an attribute of the profile has a value


class Key(NamedTuple):
    """``name`` is the field or attribute, empty where the subject needs none."""

    subject: Subject
    name: str = ""
    value: str = ""


class Threshold(NamedTuple):
    """A number that an evaluation does not change must be at least ``value``."""

    entity: str
    field: str
    value: Decimal


class Requirement(NamedTuple):
    """What must hold for a rule to fire: of every set in ``keys`` at least one fact, and all ``thresholds``."""

    keys: tuple[frozenset[Key], ...] = ()
    thresholds: tuple[Threshold, ...] = ()
