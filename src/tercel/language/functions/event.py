"""Conditions on the event being processed."""

from __future__ import annotations

from tercel.language.catalogue import Family
from tercel.language.functions._product import host_of
from tercel.language.kinds import BOOLEAN
from tercel.language.run import Run

FAMILY = Family("Events")


@FAMILY.define(
    "eventIs",
    "type:string",
    BOOLEAN,
)
def event_is(run: Run, event_type: str) -> bool:
    """Whether the event being processed has that type."""
    return host_of(run).event_is(event_type)
