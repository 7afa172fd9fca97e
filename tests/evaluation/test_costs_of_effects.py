"""What effects and lists of the cart cost: the steps follow the work, and values that unfold end with them."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest

from tercel.base.limits import (
    EFFECTS_TEXT_LENGTH_MAX,
    ERROR_LENGTH_MAX,
    NAMED_DEPTH_MAX,
    SENTENCE_LENGTH_MAX,
    STRING_LENGTH_MAX,
    VALUE_DEPTH_MAX,
    VALUE_LENGTH_MAX,
)
from tercel.evaluation.entities.run import RULE_SCOPE
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.run.engine import Engine
from tercel.evaluation.run.walk import run_campaigns
from tercel.evaluation.snapshot import (
    CartLine,
    CouponFacts,
    CustomEffectFacts,
    ProfileFacts,
    SessionFacts,
    Snapshot,
    Wants,
)
from tercel.language.values.costs import steps_of_text
from tercel.rules.check import check_ruleset
from tests.evaluation.support import NOW, campaign, program, rule, snapshot

ITEMS = [".", "Session", "CartItems"]
_CUSTOM = {7: CustomEffectFacts(id=7, name="c", payload="")}
_FILLED = {7: CustomEffectFacts(id=7, name="c", payload='{"x": ${$x}}', parameters=("x",))}


def units(count: int, **keys: Any) -> Snapshot:
    """A cart of so many units."""
    line = CartLine(sku="A", quantity=count, price=Decimal(10), attributes={"colour": ["red"]})
    session = SessionFacts(integration_id="s", id=3, created=NOW, updated=NOW, lines=[line])
    return snapshot(session=session, **keys)


def doubled(levels: int, last: Any) -> list[dict[str, Any]]:
    """Bindings a0 … of which each holds the one before twice."""
    made = [{"name": "a0", "expression": ["list", last]}]
    for number in range(1, levels + 1):
        before = [".", f"a{number - 1}"]
        made.append({"name": f"a{number}", "expression": ["list", before, before]})
    return made


def given(*effects: Any, facts: Snapshot | None = None, **keys: Any) -> Outcome:
    return evaluate(program(campaign(rule(*effects), **keys)), facts or snapshot())


def kinds(outcome: Outcome) -> list[str]:
    return [effect.effect_type for effect in outcome.effects]


PROFILE = ProfileFacts(id=1, integration_id="p", created=NOW)


@pytest.mark.parametrize(
    ("effect", "facts"),
    [
        (["customEffect", 7, ["kv", ["x", [".", "a40"]]]], {"custom_effects": _CUSTOM}),
        (["customEffect", 7, ["kv", ["x", [".", "a40"]]]], {"custom_effects": _FILLED}),
        (["updateAttribute", "Session.Attributes.x", [".", "a40"]], {}),
        (["updateItemAttribute", ITEMS, "x", [["Item"], [".", "a40"]]], {}),
        (["createCoupon", ["kv", ["storeInSession", True], ["attributes", ["kv", ["x", [".", "a40"]]]]]], {}),
    ],
)
def test_what_unfolds_ends_with_the_steps(effect: Any, facts: dict[str, Any]) -> None:
    outcome = given(effect, bindings=doubled(40, "x"), facts=snapshot(**facts))
    assert kinds(outcome) == ["error"]
    assert "steps" in outcome.effects[0].props.message


def test_how_deep_the_values_of_effects_may_be() -> None:
    def told(levels: int) -> list[str]:
        half: Any = ["list"]
        for _ in range(levels // 2 - 1):
            half = ["list", half]
        whole: Any = [".", "half"]
        for _ in range(levels - levels // 2 - 1):  # the map of parameters is a level too
            whole = ["list", whole]
        bindings = [{"name": "half", "expression": half}]
        effect = ["customEffect", 7, ["kv", ["x", whole]]]
        outcome = given(effect, bindings=bindings, facts=snapshot(custom_effects=_CUSTOM))
        return kinds(outcome)

    assert told(100) == ["customEffect"]
    assert told(VALUE_DEPTH_MAX - 10) == ["customEffect"]
    assert told(VALUE_DEPTH_MAX + 10) == []


def test_many_large_texts_end_early() -> None:
    long = [{"name": "L", "expression": ["concat", *["x" * 1_000] * 65]}]
    outcome = given(["repeat", 1_000, ["showNotification", "Info", "t", [".", "L"]]], bindings=long)
    assert kinds(outcome) == ["error"]
    assert str(EFFECTS_TEXT_LENGTH_MAX) in outcome.effects[0].props.message


def test_names_that_cannot_be_computed_are_charged_each_time() -> None:
    made: list[dict[str, Any]] = [{"name": "a0", "expression": [".", "Session", "Attributes", "x"]}]
    for number in range(1, 41):
        before = [".", f"a{number - 1}"]
        made.append({"name": f"a{number}", "expression": ["catch", before, before]})
    outcome = given(["setDiscount", "x", [".", "a40"]], bindings=made)
    assert kinds(outcome) == ["error"]
    assert "steps" in outcome.effects[0].props.message


def chained(levels: int) -> list[dict[str, Any]]:
    """Bindings that go so many levels deep together, the last one called ``last``."""
    made: list[dict[str, Any]] = [{"name": "a0", "expression": ["kv", ["a", 1]]}]
    here = 2
    while levels - here >= 3:
        made.append({"name": f"a{len(made)}", "expression": ["kv", ["a", [".", f"a{len(made) - 1}"]]]})
        here += 2
    rest = [".", f"a{len(made) - 1}"]
    for _ in range(levels - here - 1):
        rest = ["identity", rest]
    return [*made, {"name": "last", "expression": rest}]


@pytest.mark.parametrize(("levels", "is_allowed"), [(NAMED_DEPTH_MAX, True), (NAMED_DEPTH_MAX + 1, False)])
def test_how_deep_names_may_go(levels: int, is_allowed: bool) -> None:
    bindings = chained(levels)
    outcome = given(["setDiscount", "x", ["do", [".", "last"], [["y"], 1]]], bindings=bindings)
    assert kinds(outcome) == (["setDiscount"] if is_allowed else ["error"])
    data = {"bindings": bindings, "rules": [rule(["setDiscount", "x", 1])]}
    found = [(each.code, each.pointer) for each in check_ruleset(data, RULE_SCOPE)]
    assert found == ([] if is_allowed else [("depth", f"/bindings/{len(bindings) - 1}/expression")])


@pytest.mark.parametrize("quantity", [2_000, 8_000])
def test_bundles_take_as_long_as_the_cart_is_large(quantity: int) -> None:
    bundles = ["bundle", "b", ["part", ITEMS, 1], ["part", ITEMS, 1]]
    started = time.thread_time()
    outcome = given(["setDiscount", "x", ["count", bundles]], facts=units(quantity))
    assert outcome.effects[0].props.value == quantity // 2
    assert time.thread_time() - started < quantity / 4_000


def test_lines_and_units_are_not_walked_for_each_other() -> None:
    lines = [CartLine(sku=f"S{number}", quantity=10, price=Decimal(1)) for number in range(1_000)]
    session = SessionFacts(integration_id="s", id=3, created=NOW, updated=NOW, lines=lines)
    started = time.thread_time()
    outcome = given(["updateItemAttribute", ITEMS, "x", [["Item"], 1]], facts=snapshot(session=session))
    assert len(outcome.effects) == 1_000
    assert time.thread_time() - started < 1


@pytest.mark.parametrize("by", ["Attributes", "Attributes.maps"])
def test_bundles_by_what_cannot_be_compared(by: str) -> None:
    line = CartLine(sku="A", quantity=2, price=Decimal(10), attributes={"maps": [{"a": 1}]})
    session = SessionFacts(integration_id="s", id=3, created=NOW, updated=NOW, lines=[line])
    bundles = ["bundle", "b", ["part", ITEMS, 1], ["bundleBy", by]]
    outcome = given(["setDiscount", "x", ["count", bundles]], facts=snapshot(session=session))
    assert kinds(outcome) == ["error"]


@pytest.mark.parametrize(
    "effect",
    [
        ["setDiscount", "x", 1, ["kv", ["scope", [".", "a40"]]]],
        ["setDiscountPerItem", "x", ITEMS, [["Item"], 1], ["kv", ["scope", [".", "a40"]]]],
        ["createCoupon", ["kv", ["recipient", [".", "a40"]]]],
        ["createCoupon", ["kv", ["storeInSession", True], ["attributes", "text"]]],
    ],
)
def test_options_of_the_wrong_kind_fail_their_rule(effect: Any) -> None:
    outcome = given(effect, bindings=doubled(40, "x"), facts=snapshot(profile=PROFILE))
    assert kinds(outcome) == ["error"]


def test_why_a_rule_failed_is_told_in_few_words() -> None:
    long = "y" * STRING_LENGTH_MAX
    when = ["and", ["couponValid"], ["=", [".", "Session", "Attributes", "x"], long]]
    codes = {f"C{number}": CouponFacts(id=number, value=f"C{number}", campaign_id=1) for number in range(20)}
    session = SessionFacts(integration_id="s", created=NOW, updated=NOW, lines=[], attributes={"x": long[1:]})
    facts = snapshot(session=session, coupons=codes, wants=Wants(failures=True, trace=True))
    outcome = evaluate(program(campaign(*[rule(["setDiscount", "x", 1], when=when)] * 20)), facts)
    assert len(outcome.failures) == 400
    assert max(len(each.details or "") for each in outcome.failures) <= ERROR_LENGTH_MAX
    assert max(len(each.props.details or "") for each in outcome.effects) <= ERROR_LENGTH_MAX
    assert outcome.trace is not None
    (condition,) = [each for each in outcome.trace[0].runs[0].rules[0].conditions if each.readings]
    assert len(condition.sentence) == SENTENCE_LENGTH_MAX
    assert [len(each.value) for each in condition.readings] == [VALUE_LENGTH_MAX]


def test_the_text_of_an_effect_is_charged() -> None:
    def spent(name: str) -> int:
        engine = Engine(program(campaign(rule(["setDiscount", name, 1]))), snapshot(), None)
        before = engine.run.steps_left
        run_campaigns(engine)
        assert len(engine.journal.effects) == 1
        return before - engine.run.steps_left

    plain = spent("x" * 6)
    assert spent("x" * (6 + 64 * 100)) == plain + 100 == plain + steps_of_text(6_400)
