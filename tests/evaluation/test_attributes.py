"""Rules that change attributes: every operator, every target, and what the definitions allow (behaviour/effects 7)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tercel.base.limits import ATTRIBUTE_LIST_LENGTH_MAX, ATTRIBUTE_TEXT_LENGTH_MAX
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.facts import AttributeType
from tercel.evaluation.host.attribute_types import check_value
from tercel.evaluation.outcome import AttributeChange, Outcome
from tercel.evaluation.snapshot import (
    CartLine,
    ChangedAttribute,
    CouponFacts,
    ProfileFacts,
    ReferralFacts,
    SessionFacts,
    Wants,
)
from tercel.language.errors import RangeError, TalangError, TypeMismatchError
from tercel.language.values.kinds import Location
from tests.evaluation.support import NOW, campaign, program, rule, snapshot

_ITEMS = [".", "Session", "CartItems"]
_BERLIN = Location(Decimal("52.5"), Decimal("13.4"))
_NUMBER = AttributeType(kind="number")

#: Path, entity that the definition belongs to, id of what changes.
_TARGETS = [
    ("Session", "CustomerSession", 3),
    ("Profile", "CustomerProfile", 5),
    ("AdvocateProfile", "CustomerProfile", 6),
    ("Coupon", "Coupon", 9),
    ("Referral", "Referral", 7),
]


def _run(
    *effects: Any,
    value: Any = None,
    types: Any = None,
    when: Any = None,
    before: frozenset[ChangedAttribute] = frozenset(),
) -> Outcome:
    """Effects of one rule where everything that has attributes has ``x``, two lines included."""
    attributes = {} if value is None else {"x": value}
    lines = [
        CartLine(sku=sku, quantity=2, price=Decimal(10), attributes=attributes, category=sku)
        for sku in ("A", "B")
    ]
    session = SessionFacts(
        integration_id="s", id=3, created=NOW, updated=NOW, lines=lines, attributes=attributes,
        coupon_codes=["C"], referral_code="R",
    )  # fmt: skip
    advocate = ProfileFacts(integration_id="bob", id=6, created=NOW, attributes=attributes)
    referral = ReferralFacts(id=7, campaign_id=1, code="R", advocate=advocate, attributes=attributes)
    facts = snapshot(
        session=session,
        profile=ProfileFacts(integration_id="ann", id=5, created=NOW, attributes=attributes),
        coupons={"C": CouponFacts(id=9, campaign_id=1, value="C", attributes=attributes)},
        referral=referral,
        changed_attributes=before,
        wants=Wants(failures=True),
    )
    built = program(campaign(rule(*effects, when=when)), attribute_types=types)
    return evaluate(built, facts)


def _changes(outcome: Outcome) -> list[tuple[Any, ...]]:
    return [
        (each.entity, each.name, each.value, each.target_id, each.position)
        for each in outcome.changes.attributes
    ]


@pytest.mark.parametrize(("entity", "defined_on", "target"), _TARGETS)
def test_an_attribute_of_every_target_changes(entity: str, defined_on: str, target: int) -> None:
    effect = ["updateAttribute", f"{entity}.Attributes.x", 3, "increaseBy"]
    types = {(defined_on, "x"): _NUMBER}
    outcome = _run(effect, effect, value=Decimal(1), types=types)
    assert _changes(outcome) == [(entity, "x", value, target, None) for value in (4, 7)]
    shown = [(effect.props.path, effect.props.value) for effect in outcome.effects[:2]]
    assert shown == [(f"{entity}.Attributes.x", 4), (f"{entity}.Attributes.x", 7)]


_OF_B = ["filter", _ITEMS, [["Item"], ["=", [".", "Item", "Category"], "B"]]]


@pytest.mark.parametrize(("items", "positions"), [(_ITEMS, [0, 1]), (_OF_B, [1])])
def test_attributes_of_all_items_and_of_selected_ones_change(items: Any, positions: list[int]) -> None:
    effect = ["updateItemAttribute", items, "x", [["Item"], [".", "Item", "Price"]], "increaseBy"]
    outcome = _run(effect, value=Decimal(1), types={("CartItem", "x"): _NUMBER})
    assert _changes(outcome) == [("CartItem", "x", 11, None, position) for position in positions]


_TIME = ["parseTime", "2026-01-31T12:00:00Z"]
_NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)

#: Old value, operator, operand, new value as JSON.
_OPERATIONS = [
    (None, "setTo", "gold", "gold"),
    (None, "setTo", Decimal("2.50"), Decimal("2.5")),
    (None, "setTo", False, False),
    (None, "setTo", _TIME, "2026-01-31T12:00:00Z"),
    (
        None,
        "setTo",
        ["location", Decimal("52.5"), Decimal("13.4")],
        {"lat": Decimal("52.5"), "lon": Decimal("13.4")},
    ),
    (None, "setTo", ["list", "a", "b"], ["a", "b"]),
    (None, "setTo", ["list", _TIME], ["2026-01-31T12:00:00Z"]),
    (Decimal(7), "increaseBy", 3, Decimal(10)),
    (Decimal(7), "decreaseBy", 10, Decimal(-3)),
    (Decimal(7), "multiplyBy", Decimal("0.5"), Decimal("3.5")),
    (Decimal(7), "divideBy", 2, Decimal("3.5")),
    (True, "toggle", True, False),
    (_NOON, "laterBy", "1M", "2026-02-28T12:00:00Z"),
    (_NOON, "earlierBy", "36h", "2026-01-30T00:00:00Z"),
]


@pytest.mark.parametrize(("old", "operator", "operand", "new"), _OPERATIONS)
def test_operators_change_values(old: Any, operator: str, operand: Any, new: Any) -> None:
    outcome = _run(["updateAttribute", "Session.Attributes.x", operand, operator], value=old)
    assert [each.value for each in outcome.changes.attributes] == [new]
    assert not outcome.failures


@pytest.mark.parametrize(
    ("old", "operator", "operand"),
    [
        (None, "increaseBy", 1),
        (None, "toggle", True),
        (None, "laterBy", "1D"),
        ("a", "increaseBy", 1),
        (Decimal(1), "increaseBy", "1"),
        (Decimal(1), "divideBy", 0),
        (Decimal(10) ** 6000, "multiplyBy", Decimal("1E+300")),
        (Decimal(1), "toggle", True),
        (_NOON, "laterBy", 1),
        (_NOON, "laterBy", "1X"),
        (_NOON, "laterBy", "9000Y"),
        (_NOON, "earlierBy", "2026Y"),
        ("a", "earlierBy", "1D"),
        (Decimal(1), "squareBy", 1),
    ],
)
def test_operators_that_do_not_fit_fail_the_effect(old: Any, operator: str, operand: Any) -> None:
    kept = ["updateAttribute", "Session.Attributes.y", 1]
    outcome = _run(kept, ["updateAttribute", "Session.Attributes.x", operand, operator], value=old)
    assert outcome.changes.attributes == []
    assert [each.effect_index for each in outcome.failures] == [1]


@pytest.mark.parametrize(
    "path", ["Session.x", "Store.Attributes.x", "Session.Attributes", "Session.CartItems[0].Attributes.x", ""]
)
def test_only_attributes_of_known_targets_change(path: str) -> None:
    outcome = _run(["updateAttribute", path, 1])
    assert (outcome.changes.attributes, len(outcome.failures)) == ([], 1)


@pytest.mark.parametrize(("entity", "_defined_on", "_target"), _TARGETS[1:])
def test_what_is_not_there_cannot_change(entity: str, _defined_on: str, _target: int) -> None:
    facts = snapshot(wants=Wants(failures=True))
    outcome = evaluate(program(campaign(rule(["updateAttribute", f"{entity}.Attributes.x", 1]))), facts)
    assert (outcome.changes.attributes, len(outcome.failures)) == ([], 1)


@pytest.mark.parametrize(("entity", "defined_on", "_target"), _TARGETS)
@pytest.mark.parametrize("value", ["gold", True, ["list", 1]])
def test_a_value_of_another_type_fails_the_effect(
    entity: str, defined_on: str, _target: int, value: Any
) -> None:
    outcome = _run(["updateAttribute", f"{entity}.Attributes.x", value], types={(defined_on, "x"): _NUMBER})
    assert outcome.changes.attributes == []
    assert outcome.failures


def test_an_item_attribute_of_another_type_fails_the_effect() -> None:
    effect = ["updateItemAttribute", _ITEMS, "x", [["Item"], [".", "Item", "SKU"]]]
    assert _run(effect, types={("CartItem", "x"): _NUMBER}).changes.attributes == []


def test_attributes_that_nobody_defined_do_not_change() -> None:
    effect = ["updateAttribute", "Session.Attributes.x", 1]
    assert _run(effect, types={("CustomerProfile", "x"): _NUMBER}).changes.attributes == []
    assert _run(effect, types=None).changes.attributes == [
        AttributeChange(entity="Session", name="x", value=Decimal(1), target_id=3)
    ]


@pytest.mark.parametrize(("level", "fires"), [("gold", True), ("iron", False)])
def test_a_value_outside_the_suggestions_fails_the_effect(level: str, fires: bool) -> None:
    types = {("CustomerProfile", "x"): AttributeType(kind="string", allowed=frozenset({"gold"}))}
    outcome = _run(["updateAttribute", "Profile.Attributes.x", level], types=types)
    assert bool(outcome.changes.attributes) is fires


_FITTING: list[tuple[str, Any]] = [
    ("string", "a"),
    ("number", Decimal(1)),
    ("boolean", False),
    ("time", _NOON),
    ("location", _BERLIN),
    ("(list string)", ["a"]),
    ("(list number)", [Decimal(1), Decimal(2)]),
    ("(list time)", [_NOON]),
    ("(list location)", [_BERLIN]),
]


@pytest.mark.parametrize(("kind", "_own"), _FITTING)
def test_each_type_takes_its_own_values_only(kind: str, _own: Any) -> None:
    for other, value in _FITTING:
        declared = AttributeType(kind=kind)
        if other == kind:
            check_value("x", value, declared)
        else:
            with pytest.raises(TypeMismatchError):
                check_value("x", value, declared)


def test_a_list_may_be_empty_where_nothing_is_allowed_in_it() -> None:
    declared = AttributeType(kind="(list time)", allowed=frozenset())
    check_value("x", [], declared)
    with pytest.raises(RangeError):
        check_value("x", [datetime(2026, 1, 1, tzinfo=UTC)], declared)


@pytest.mark.parametrize(
    ("kind", "value", "allowed", "error"),
    [
        ("string", "x" * ATTRIBUTE_TEXT_LENGTH_MAX, None, None),
        ("string", "x" * (ATTRIBUTE_TEXT_LENGTH_MAX + 1), None, RangeError),
        ("(list string)", ["x"] * ATTRIBUTE_LIST_LENGTH_MAX, None, None),
        ("(list string)", ["x"] * (ATTRIBUTE_LIST_LENGTH_MAX + 1), None, RangeError),
        ("(list number)", [Decimal("1.0")], frozenset({Decimal(1)}), None),
        ("(list number)", [Decimal(1), Decimal(2)], frozenset({Decimal(1)}), RangeError),
        ("number", None, None, TypeMismatchError),
        ("(list string)", ["a", None], None, TypeMismatchError),
    ],
)
def test_values_stay_within_the_limits(
    kind: str, value: Any, allowed: Any, error: type[TalangError] | None
) -> None:
    declared = AttributeType(kind=kind, allowed=allowed)
    if error is None:
        check_value("x", value, declared)
    else:
        with pytest.raises(error):
            check_value("x", value, declared)


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(
    ("effect", "path"),
    [
        (["updateAttribute", "Coupon.Attributes.x", 3, "increaseBy"], "Coupon.Attributes.x"),
        (
            ["updateItemAttribute", _ITEMS, "x", [["Item"], 3], "increaseBy"],
            "Session.CartItems[1].Attributes.x",
        ),
    ],
)
def test_what_a_rule_moved_before_it_does_not_move_again(effect: list[Any], path: str, number: int) -> None:
    """The same path of another rule is another matter."""
    before = frozenset({ChangedAttribute(1, number, 9, path)})
    paths = [each.props.path for each in _run(effect, value=Decimal(1), before=before).effects
             if each.effect_type == "updateAttribute"]  # fmt: skip
    assert (path in paths) is (number == 1)


def test_what_a_rule_set_before_it_sets_again() -> None:
    path = "Session.Attributes.x"
    outcome = _run(["updateAttribute", path, 3], before=frozenset({ChangedAttribute(1, 0, 9, path)}))
    assert _changes(outcome) == [("Session", "x", 3, 3, None)]


def test_later_rules_see_the_value_that_was_not_moved_again() -> None:
    path = "Session.Attributes.x"
    seen = ["showNotification", "Info", ["toString", [".", "Session", "Attributes", "x"]], "b"]
    before = frozenset({ChangedAttribute(1, 0, 9, path)})
    outcome = _run(["updateAttribute", path, 3, "increaseBy"], seen, value=Decimal(1), before=before)
    assert [each.props.title for each in outcome.effects if each.effect_type == "showNotification"] == ["1"]
