"""What a case expects against what came back: complete, in order, numbers by value, times by instant (behaviour/language 15)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from tercel.base.codec import encode
from tercel.language.errors import TimeError
from tercel.language.values.times import parse_rfc3339
from tercel.scenario.cases import Case

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
#: What need not be expected: words of ours, and ids that a driver makes up. Compared only when the case names them.
_OPTIONAL = {
    "rejectCoupon": {"conditionIndex", "effectIndex", "details"},
    "rejectReferral": {"conditionIndex", "effectIndex", "details"},
    "error": {"message"},
    "addToAudience": {"audienceName", "profileId"},
    "removeFromAudience": {"audienceName", "profileId"},
}


class Answer(msgspec.Struct, kw_only=True):
    """What a driver got for a case, as plain JSON data. ``failures`` are None when the driver did not ask for them;
    ``campaign`` in a failure is the index of the campaign."""

    effects: list[dict[str, Any]]
    failures: list[dict[str, Any]] | None
    session_total: Decimal


def differences(case: Case, answer: Answer) -> list[str]:
    """List the differences between a case and an answer, one readable line each; empty when the case holds."""
    found = _compare_effects(case.expected, answer.effects)
    if answer.failures is not None and case.failures is not None:
        found += _compare_failures(case.failures, answer.failures)
    if case.expected_totals is not None:
        discount = total_discount(answer.effects)
        actual = {"discount": discount, "payable": answer.session_total - discount}
        for name, wanted in case.expected_totals.items():
            if not matches(wanted, actual.get(name)):
                found.append(f"{name}: expected {_text(wanted)}, got {_text(actual.get(name))}")
    return found


def total_discount(effects: Sequence[Mapping[str, Any]]) -> Decimal:
    """Add the values of all discount effects."""
    values = [
        effect["props"]["value"] for effect in effects if effect["effectType"].startswith("setDiscount")
    ]
    return sum(map(Decimal, values), Decimal(0))


def matches(wanted: Any, actual: Any) -> bool:
    """Tell whether a value is the one expected; ``<uuid>`` and ``<code>`` stand for generated values."""
    if wanted == "<uuid>":
        return isinstance(actual, str) and _UUID.match(actual) is not None
    if wanted == "<code>":
        return isinstance(actual, str) and actual != ""
    if isinstance(wanted, Mapping):
        same = isinstance(actual, Mapping) and set(wanted) == set(actual)
        return same and all(matches(value, actual[name]) for name, value in wanted.items())
    if isinstance(wanted, list):
        same = isinstance(actual, list) and len(wanted) == len(actual)
        return same and all(map(matches, wanted, actual))
    if isinstance(wanted, bool) or isinstance(actual, bool):
        return wanted is actual
    return bool(wanted == actual) or _same_instant(wanted, actual)


def _same_instant(wanted: Any, actual: Any) -> bool:
    if not (isinstance(wanted, str) and isinstance(actual, str)):
        return False
    try:
        return parse_rfc3339(wanted) == parse_rfc3339(actual)
    except TimeError:
        return False


def _compare_effects(wanted: Sequence[Mapping[str, Any]], actual: Sequence[Mapping[str, Any]]) -> list[str]:
    found = []
    for index in range(max(len(wanted), len(actual))):
        expected = wanted[index] if index < len(wanted) else None
        got = _bare(actual[index]) if index < len(actual) else None
        if expected is None:
            found.append(f"effect {index}: not expected: {_text(got)}")
        elif got is None:
            found.append(f"effect {index}: missing: {_text(expected)}")
        elif not matches(_bare(expected), _compared(got, expected)):
            found.append(
                f"effect {index}: expected {_text(_bare(expected))}\n{' ' * 10}got      {_text(got)}"
            )
    return found


def _bare(effect: Mapping[str, Any]) -> dict[str, Any]:
    return {"effectType": effect["effectType"], "props": effect["props"]}


def _compared(effect: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return the effect without the optional properties that the case does not name."""
    hidden = _OPTIONAL.get(effect["effectType"], set()) - set(expected["props"])
    props = {name: value for name, value in effect["props"].items() if name not in hidden}
    return {"effectType": effect["effectType"], "props": props}


def _compare_failures(wanted: Sequence[Mapping[str, Any]], actual: Sequence[Mapping[str, Any]]) -> list[str]:
    found = []
    for index in range(max(len(wanted), len(actual))):
        if index >= len(wanted):
            found.append(f"failure {index}: not expected: {_text(actual[index])}")
        elif index >= len(actual):
            found.append(f"failure {index}: missing: {_text(wanted[index])}")
        else:
            shown = {name: actual[index].get(name) for name in wanted[index]}
            if not matches(wanted[index], shown):
                found.append(f"failure {index}: expected {_text(wanted[index])}, got {_text(actual[index])}")
    return found


def _text(value: Any) -> str:
    return encode(value).decode()
