"""Periods, generated codes, attribute operators, payload templates."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tercel.base.numbers import tidy
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.host.attributes import changed
from tercel.evaluation.host.seeded import seeded_code, seeded_uuid
from tercel.evaluation.snapshot import CustomEffectFacts
from tercel.evaluation.state.budgets import period_key
from tercel.language.errors import DivisionByZeroError, MissingError, TypeMismatchError
from tests.evaluation.support import campaign, program, rule, snapshot


@pytest.mark.parametrize(
    ("period", "now", "key"),
    [
        (None, "2026-08-14T12:00:00Z", ""),
        ("yearly", "2025-12-31T23:30:00Z", "Y2026"),
        ("monthly", "2026-07-31T22:30:00Z", "Y2026M8"),
        ("daily", "2026-08-13T22:30:00Z", "Y2026D226"),
        ("weekly", "2026-08-16T21:59:59Z", "Y2026W33"),
        ("weekly", "2026-08-16T22:00:00Z", "Y2026W34"),
        ("weekly", "2027-01-03T12:00:00Z", "Y2026W53"),
    ],
)
def test_periods_follow_the_calendar_of_the_application(period: str | None, now: str, key: str) -> None:
    assert period_key(period, datetime.fromisoformat(now), ZoneInfo("Europe/Berlin")) == key


@pytest.mark.parametrize(
    ("field", "amounts"), [("Price", [100, 30, 100]), ("DiscountedPrice", [100, 30, 70])]
)
def test_sums_of_prices_are_those_of_now(field: str, amounts: list[int]) -> None:
    shoes = ["filter", [".", "Session", "CartItems"], [["I"], ["=", [".", "I", "Category"], "shoes"]]]
    whole = rule(["setDiscount", "whole", ["sum", shoes, [["I"], [".", "I", field]]]])
    some = rule(["setDiscountPerItem", "some", shoes, [["I"], 30]])
    outcome = evaluate(program(campaign(whole, some, whole)), snapshot())
    assert [effect.props.value for effect in outcome.effects] == amounts


@pytest.mark.parametrize(
    ("value", "tidied"),
    [
        ("0", "0"),
        ("-0.00", "0"),
        ("100", "100"),
        ("-100", "-100"),
        ("100.00", "100"),
        ("1E+2", "100"),
        ("5.1930", "5.193"),
        ("-5.1930", "-5.193"),
        ("0.123456789012", "0.123456789012"),
        ("0.1234567890125", "0.123456789012"),
        ("-0.1234567890135", "-0.123456789014"),
        ("0.100000000000000", "0.1"),
        ("1E-13", "0"),
        ("12345678901234567890.5000", "12345678901234567890.5"),
    ],
)
def test_amounts_leave_with_twelve_digits_and_no_needless_zeros(value: str, tidied: str) -> None:
    assert repr(tidy(Decimal(value))) == repr(Decimal(tidied))


def test_generated_values_depend_on_seed_and_purpose() -> None:
    assert seeded_uuid("a", "b") == seeded_uuid("a", "b")
    assert len({seeded_uuid("a", "b"), seeded_uuid("a", "c"), seeded_uuid("b", "b")}) == 3
    assert seeded_code("a", "b", pattern="X-##-#", characters="01").startswith("X-")
    assert set(seeded_code("a", "b", pattern="####", characters="01")) <= {"0", "1"}
    assert len(seeded_code("a", "b")) == 8


_TIME = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "operand", "operator", "new"),
    [
        (None, "x", "setTo", "x"),
        (None, Decimal("1.50"), "setTo", Decimal("1.5")),
        (Decimal(3), Decimal(2), "increaseBy", Decimal(5)),
        (Decimal(3), Decimal(2), "decreaseBy", Decimal(1)),
        (Decimal(3), Decimal(2), "multiplyBy", Decimal(6)),
        (Decimal(3), Decimal(2), "divideBy", Decimal("1.5")),
        (True, None, "toggle", False),
        (_TIME, "1D", "laterBy", datetime(2026, 2, 1, 12, tzinfo=UTC)),
        (_TIME, "2h", "earlierBy", datetime(2026, 1, 31, 10, tzinfo=UTC)),
    ],
)
def test_operators(old: Any, operand: Any, operator: str, new: Any) -> None:
    assert changed(old, operand, operator) == new


@pytest.mark.parametrize(
    ("old", "operand", "operator", "error"),
    [
        (None, Decimal(1), "increaseBy", MissingError),
        ("x", Decimal(1), "increaseBy", TypeMismatchError),
        (Decimal(1), "x", "increaseBy", TypeMismatchError),
        (Decimal(1), Decimal(0), "divideBy", DivisionByZeroError),
        (Decimal(1), None, "toggle", TypeMismatchError),
        (Decimal(1), "1D", "laterBy", TypeMismatchError),
        (_TIME, Decimal(1), "laterBy", TypeMismatchError),
    ],
)
def test_operators_that_do_not_fit(old: Any, operand: Any, operator: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        changed(old, operand, operator)


@pytest.mark.parametrize(
    ("template", "payload"),
    [
        ('{"a": "${$text}"}', {"a": 'say "hi"\\'}),
        ('{"a": ${$text}}', {"a": 'say "hi"\\'}),
        ('{"a": ${$number}, "b": "n=${$number}"}', {"a": Decimal("1.5"), "b": "n=1.5"}),
        ('{"a": ${$list}}', {"a": [1, 2]}),
        ('{"a": "${$Session.IntegrationId}"}', {"a": "s"}),
        ('{"\\"": "${$number}"}', {'"': "1.5"}),
        ('{"a": ${$nobody}}', None),
        ('{"a": ${$Profile.Attributes.x}}', None),
        ("{", None),
        ('{"a": "${$list}"}', {"a": "[1,2]"}),
    ],
)
def test_payload_templates(template: str, payload: Any) -> None:
    parameters = ["kv", ["text", 'say "hi"\\'], ["number", 1.5], ["list", ["list", 1, 2]]]
    parameters[2] = ["number", Decimal("1.5")]
    facts = snapshot(custom_effects={4: CustomEffectFacts(id=4, name="E", payload=template)})
    outcome = evaluate(program(campaign(rule(["customEffect", 4, parameters]))), facts)
    assert [effect.props.payload for effect in outcome.effects] == ([] if payload is None else [payload])
