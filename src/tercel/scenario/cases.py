"""Scenario documents into cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tercel.base.errors import InvalidError
from tercel.scenario.members import require_known_members

DEFAULT_NOW = "2026-07-15T12:00:00+02:00"
DEFAULT_TIMEZONE = "Europe/Berlin"
DEFAULT_PROFILE = "cust-1"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One example: a session sent, and what comes back. ``context`` is the scenario's with the case's on top.

    ``failures`` is None when the case says nothing about them.
    """

    scenario: str
    name: str
    campaigns: list[dict[str, Any]]
    context: dict[str, Any]
    session: dict[str, Any]
    expected: list[dict[str, Any]]
    failures: list[dict[str, Any]] | None = None
    expected_totals: dict[str, Any] | None = None

    @property
    def label(self) -> str:
        """Scenario and case for people."""
        return f"{self.scenario}: {self.name}"


def read_cases(data: Any) -> list[Case]:
    """Read the decoded JSON of a scenario.

    Raises:
        InvalidError: the document is no scenario, or has members that nothing reads.
    """
    document = _object(data, "", "a scenario")
    if "steps" in document and "cases" not in document:
        raise InvalidError.at(
            "/steps", "several requests", "a story of several requests is told to a server, not to the engine"
        )
    campaigns = [
        _object(part, f"/campaigns/{i}", "a campaign") for i, part in enumerate(_list(document, "campaigns"))
    ]
    context = _object(document.get("context") or {}, "/context", "a context")
    require_known_members(document)
    title = str(document.get("title") or "scenario")
    cases = []
    for index, part in enumerate(_list(document, "cases")):
        case = _object(part, f"/cases/{index}", "a case")
        own = _object(case.get("context") or {}, f"/cases/{index}/context", "a context")
        cases.append(
            Case(
                scenario=title,
                name=str(case.get("name") or index),
                campaigns=[dict(campaign) for campaign in campaigns],
                context={**context, **own},
                session=dict(_object(case.get("session") or {}, f"/cases/{index}/session", "a session")),
                expected=[dict(each) for each in case.get("expected", [])],
                failures=case.get("failures"),
                expected_totals=case.get("expectedTotals"),
            )
        )
    return cases


def _object(data: Any, pointer: str, what: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise InvalidError.at(pointer, "not a scenario", f"{what} is an object")
    return data


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    value = document.get(name, [])
    if not isinstance(value, list):
        raise InvalidError.at(f"/{name}", "not a scenario", f"`{name}` is a list")
    return value
