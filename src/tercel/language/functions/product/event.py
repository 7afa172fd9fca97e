"""Conditions on the event being processed."""

from __future__ import annotations

from tercel.language.catalogue.catalogue import Family
from tercel.language.values.kinds import BOOLEAN

FAMILY = Family("Events")

FAMILY.hosted(
    "eventIs",
    "type:string",
    BOOLEAN,
    doc="Tell whether the event being processed has that type.",
    phrases="the event is {0}|the event is not {0}",
)
