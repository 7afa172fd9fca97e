"""What must hold for every program and every request."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tercel.evaluation.evaluate import evaluate, limit_keys
from tercel.evaluation.facts import ApplicationFacts, CampaignFacts
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.program.program import Program, build_program
from tercel.evaluation.run.engine import Engine
from tercel.evaluation.run.walk import run_campaigns
from tercel.evaluation.snapshot import CartLine, Snapshot, Wants
from tests.properties import worlds

_EFFORT = settings(max_examples=300, deadline=None)
_SEARCH = settings(max_examples=20_000, deadline=None, derandomize=True, phases=[Phase.generate])
_LOOKED_AT = {"uses", "coupon_discount", "amount"}


def _effects(outcome: Outcome) -> list[Any]:
    """Effects without what is drawn from the seed by order."""
    found = []
    for effect in outcome.effects:
        props = effect.props
        if hasattr(props, "transaction_uuid"):
            props = replace(props, transaction_uuid="")
        found.append(replace(effect, props=props))
    return found


@_EFFORT
@given(worlds.programs, worlds.snapshots())
def test_deterministic_and_without_side_effects(program: Program, snapshot: Snapshot) -> None:
    before = deepcopy(snapshot)
    first = evaluate(program, snapshot)
    assert snapshot == before
    assert evaluate(program, snapshot) == first


@_EFFORT
@given(worlds.programs, worlds.snapshots())
def test_the_index_hides_nothing(program: Program, snapshot: Snapshot) -> None:
    everything = evaluate(program, replace(snapshot, wants=Wants(failures=True)))
    indexed = evaluate(program, snapshot)
    assert _effects(indexed) == _effects(everything)
    assert indexed.triggered == everything.triggered
    assert indexed.changes.created_codes == everything.changes.created_codes


@_EFFORT
@given(worlds.programs, worlds.snapshots())
def test_amounts_never_fall_below_zero(program: Program, snapshot: Snapshot) -> None:
    engine = Engine(program, snapshot, None)
    run_campaigns(engine)
    session = engine.run.session
    assert session is not None
    assert session.discounted_total >= 0
    assert session.discounted_cart_item_total >= 0
    if program.application.caps_discounts:
        assert all(item.discounted_price >= 0 for item in session.cart_items)


@_EFFORT
@given(worlds.programs, worlds.snapshots())
def test_budgets_hold_and_are_announced(program: Program, snapshot: Snapshot) -> None:
    """Nothing passes a limit, and the counters that are used are among those the caller was told to load."""
    outcome = evaluate(program, snapshot)
    used: dict[Any, Decimal] = {}
    bounds = {}
    for entry in outcome.changes.entries:
        for use in entry.uses:
            used[use.key] = used.get(use.key, Decimal(0)) + use.amount
            bounds[use.key] = use.limit
    assert all(amount <= bounds[key] for key, amount in used.items())
    assert set(used) <= limit_keys(program, snapshot)
    coupons = {coupon.id: coupon for coupon in snapshot.coupons.values() if coupon}
    for coupon in coupons.values():
        entries = [entry for entry in outcome.changes.entries if entry.coupon_id == coupon.id]
        given_by_it = sum((entry.coupon_discount or Decimal(0) for entry in entries), Decimal(0))
        assert coupon.discount_limit is None or given_by_it <= coupon.discount_limit
        paid = [entry.amount for entry in entries if entry.kind == "setDiscount"]
        assert given_by_it == sum(paid, Decimal(0)), "the code pays for all that its campaign gives with it"


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize("name", sorted(_LOOKED_AT))
def test_worlds_use_what_is_limited_and_redeem_codes(name: str) -> None:
    """Else what is said about entries, counters and codes would be said about nothing."""

    def has_such_an_entry(world: tuple[Program, Snapshot]) -> bool:
        return any(getattr(entry, name) for entry in evaluate(*world).changes.entries)

    # Because: which examples come first depends on the modules that are loaded. It ends with the first one that is found.
    find(st.tuples(worlds.programs, worlds.snapshots()), has_such_an_entry, settings=_SEARCH)


@_EFFORT
@given(worlds.programs, worlds.snapshots())
def test_every_code_gets_at_most_one_answer(program: Program, snapshot: Snapshot) -> None:
    outcome = evaluate(program, snapshot)
    answers = [e.props.value for e in outcome.effects if e.effect_type in {"acceptCoupon", "rejectCoupon"}]
    assert len(answers) == len(set(answers))
    assert "NOPE" not in snapshot.coupons or "NOPE" in answers


@_EFFORT
@given(worlds.programs, worlds.snapshots())
def test_entries_point_at_their_effects(program: Program, snapshot: Snapshot) -> None:
    outcome = evaluate(program, snapshot)
    for entry in outcome.changes.entries:
        assert entry.effect_index is not None
        effect = outcome.effects[entry.effect_index]
        assert (effect.campaign_id, effect.rule_index) == (entry.campaign_id, entry.rule_index)
        if entry.kind == "setDiscount":
            assert entry.amount == effect.props.value


@_EFFORT
@given(st.data(), worlds.applications, worlds.snapshots(), worlds.rules(), worlds.rulesets())
def test_a_failed_rule_leaves_no_trace(
    data: st.DataObject, application: ApplicationFacts, snapshot: Snapshot, failing: dict, others: dict
) -> None:
    limits = tuple(data.draw(st.lists(worlds.limits, max_size=2)))
    failing = {
        **failing,
        "condition": ["and", True],
        "effects": [*failing["effects"], ["setDiscount", "no", -1]],
    }

    def outcome(first: dict) -> Outcome:
        ruleset = {**others, "rules": [first, *others["rules"]]}
        return evaluate(
            build_program(application, [CampaignFacts(id=1, ruleset=ruleset, limits=limits)]), snapshot
        )

    with_it, without_it = outcome(failing), outcome(_never())
    # The refusal of a code tells of the failed rule; everything else is as if it had not been there.
    kept = [effect for effect in _effects(with_it) if effect.effect_type != "rejectCoupon"]
    assert kept == [effect for effect in _effects(without_it) if effect.effect_type != "rejectCoupon"]
    assert with_it.changes.attributes == without_it.changes.attributes
    assert with_it.changes.audience_joins == without_it.changes.audience_joins
    assert with_it.changes.created_codes == without_it.changes.created_codes
    assert [entry.uses for entry in with_it.changes.entries] == [
        entry.uses for entry in without_it.changes.entries
    ]


def _never() -> dict:
    return {"title": "rule", "condition": ["and", False], "effects": []}


_ORDERLESS = {
    "rules": [
        {
            "title": "per unit",
            "condition": ["and", [">=", [".", "Session", "CartItemTotal"], 50]],
            "effects": [
                [
                    "setDiscountPerItem",
                    "i",
                    worlds.ITEMS,
                    [["Item"], ["*", [".", "Item", "Price"], Decimal("0.1")]],
                ],
                ["setDiscountPerItemProRata", "p", worlds.ITEMS, 7],
                ["setDiscount", "d", ["*", [".", "Session", "Total"], Decimal("0.05")]],
            ],
        }
    ],
    "bindings": [],
}


def _total(snapshot: Snapshot, lines: list[CartLine]) -> Decimal:
    program = build_program(ApplicationFacts(id=1), [CampaignFacts(id=1, ruleset=_ORDERLESS)])
    assert snapshot.session is not None
    outcome = evaluate(program, replace(snapshot, session=replace(snapshot.session, lines=lines), coupons={}))
    return sum((effect.props.value for effect in outcome.effects), Decimal(0))


@_EFFORT
@given(st.data(), worlds.snapshots())
def test_order_and_splitting_of_lines_do_not_matter(data: st.DataObject, snapshot: Snapshot) -> None:
    assert snapshot.session is not None
    lines = snapshot.session.lines
    whole = _total(snapshot, lines)
    assert _total(snapshot, data.draw(st.permutations(lines))) == whole
    units = [replace(line, quantity=1) for line in lines for _ in range(line.quantity)]
    assert _total(snapshot, units) == whole
