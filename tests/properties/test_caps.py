"""Where an application caps discounts nothing that is paid falls below zero, whatever campaigns give and however they
compete (behaviour/discounts 5)."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tercel.evaluation.entities.session import Session
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.facts import ApplicationFacts, CampaignFacts, GroupFacts
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.program.program import build_program
from tercel.evaluation.snapshot import CartLine, LimitFacts, SessionFacts, Snapshot
from tests.properties import worlds

_EFFORT = settings(max_examples=150, deadline=None)

_applications = st.builds(
    ApplicationFacts,
    id=st.just(1),
    is_cascading=st.booleans(),
    allows_partial=st.booleans(),
    is_flattened=st.booleans(),
    caps_discounts=st.just(True),
)
_amounts = st.integers(0, 80)
_units = st.one_of(
    st.just(worlds.ITEMS), st.builds(lambda n: ["take", worlds.ITEMS, n], st.integers(1, 3)), worlds.filters
)
_pairs = st.builds(lambda items: ["bundle", "Pair", ["part", items, 2]], _units)
_unit_scopes = st.sampled_from(["price", "itemTotal", "additionalCosts"]).map(
    lambda name: ["kv", ["scope", name]]
)
_session_scopes = st.sampled_from(["sessionTotal", "cartItems", "additionalCosts"]).map(
    lambda name: ["kv", ["scope", name]]
)
_effects = st.one_of(
    st.builds(lambda n, scope: ["setDiscount", "d", n, scope], _amounts, _session_scopes),
    st.builds(lambda items, n, scope: ["setDiscountPerItem", "i", items, [["Item"], n], scope], _units, _amounts, _unit_scopes),
    st.builds(lambda items, n, scope: ["setDiscountPerItemProRata", "p", items, n, scope], _units, _amounts, _unit_scopes),
    st.builds(lambda pairs, n: ["setDiscountPerBundleProRata", "b", pairs, [["Bundle"], n]], _pairs, _amounts),
    st.builds(lambda n: ["setDiscountPerAdditionalCost", "c", "delivery", n], _amounts),
    st.builds(lambda items, n: ["setDiscountPerAdditionalCostPerItem", "w", "wrapping", items, [["Item"], n]], _units, _amounts),
    st.builds(lambda n: ["addFreeItem", "G", "gift", n], st.integers(0, 2)),
)  # fmt: skip
_rules = st.builds(
    lambda condition, effects: {
        "title": "r",
        "bindings": [],
        "condition": ["and", condition],
        "effects": effects,
    },
    st.sampled_from([True, [">=", [".", "Session", "DiscountedTotal"], 30], ["couponValid"]]),
    st.lists(_effects, min_size=1, max_size=2),
)
_campaigns = st.lists(st.lists(_rules, min_size=1, max_size=2), min_size=1, max_size=4)
_limits = st.lists(
    st.builds(LimitFacts, action=st.just("setDiscount"), limit=_amounts.map(Decimal)), max_size=1
)
_lines = st.builds(
    CartLine,
    sku=st.sampled_from(["A", "B"]),
    quantity=st.integers(1, 3),
    price=st.integers(0, 4000).map(lambda cents: Decimal(cents) / 100),
    category=worlds.categories,
    additional_costs=st.fixed_dictionaries({"wrapping": st.integers(0, 9).map(Decimal)}),
)
_GROUPS = st.tuples(
    st.sampled_from(["stackable", "listOrder", "lowestDiscount", "highestDiscount"]),
    st.sampled_from(["session", "cartItem"]),
)


@st.composite
def _snapshots(draw: st.DrawFn) -> Snapshot:
    session = SessionFacts(
        integration_id="s", created=worlds.NOW, updated=worlds.NOW, lines=draw(st.lists(_lines, min_size=1, max_size=3)),
        additional_costs=draw(st.fixed_dictionaries({}, optional={"delivery": st.integers(0, 9).map(Decimal)})),
    )  # fmt: skip
    costs = {"delivery": 1, "wrapping": 2}
    return Snapshot(now=worlds.NOW, seed="seed", session=session, additional_cost_ids=costs)


def _outcome(
    application: ApplicationFacts,
    snapshot: Snapshot,
    campaigns: list[list[dict]],
    limits: Any,
    group: tuple[str, str],
) -> Outcome:
    facts = [
        CampaignFacts(id=number, ruleset={"rules": rules, "bindings": []}, limits=tuple(limits))
        for number, rules in enumerate(campaigns, 1)
    ]
    children = tuple(("campaign", each.id) for each in facts[:-1])
    mode, scope = group
    groups = [
        GroupFacts(
            id=1, mode="stackable", scope="session", children=(("group", 2), ("campaign", facts[-1].id))
        ),
        GroupFacts(id=2, mode=mode, scope=scope, children=children),
    ]
    return evaluate(build_program(application, facts, groups), snapshot)


@_EFFORT
@given(_applications, _snapshots(), _campaigns, _limits, _GROUPS)
def test_nothing_that_is_paid_falls_below_zero(
    application: ApplicationFacts, snapshot: Snapshot, campaigns: list, limits: Any, group: tuple[str, str]
) -> None:
    outcome = _outcome(application, snapshot, campaigns, limits, group)
    assert snapshot.session is not None
    cart = Session(snapshot.session, is_flattened=application.is_flattened)
    by_unit: defaultdict[Any, Decimal] = defaultdict(Decimal)
    goods = costs = total = Decimal(0)
    for entry in outcome.changes.entries:
        if entry.kind != "setDiscount":
            continue
        assert entry.effect_index is not None
        effect = outcome.effects[entry.effect_index]
        props, value = effect.props, entry.amount
        assert props.value == value >= 0
        desired = getattr(props, "desired_total_discount", None) or getattr(props, "desired_value", None)
        assert desired is None or desired >= value
        total += value
        scope = getattr(props, "scope", None) or "price"
        if effect.effect_type == "setDiscount":
            goods += value if props.scope == "cartItems" else 0
            costs += value if props.scope == "additionalCosts" else 0
        elif entry.position is None:
            costs += value
        else:
            by_unit[entry.position, entry.sub_position] += value
            is_of_costs = scope == "additionalCosts" or effect.effect_type.startswith(
                "setDiscountPerAdditional"
            )
            goods += value if scope == "price" and not is_of_costs else 0
            costs += value if is_of_costs else 0
    assert total <= cart.total
    assert goods <= cart.cart_item_total
    assert costs <= cart.additional_cost_total
    for unit in cart.cart_items:
        assert by_unit[unit.position, unit.sub_position] <= unit.total * unit.quantity


@_EFFORT
@given(_applications, _snapshots(), _campaigns)
def test_who_comes_first_is_cut_last(
    application: ApplicationFacts, snapshot: Snapshot, campaigns: list
) -> None:
    """Taking the last campaign away changes nothing for those before it."""
    group = ("stackable", "session")
    together = _outcome(application, snapshot, [*campaigns, [_NOTHING]], [], group)
    alone = _outcome(application, snapshot, [*campaigns[:-1], [_NOTHING], [_NOTHING]], [], group)
    last = len(campaigns)
    assert [each.props for each in together.effects if each.campaign_id < last] == [
        each.props for each in alone.effects
    ]


_NOTHING = {"title": "n", "bindings": [], "condition": ["and", False], "effects": []}


@_EFFORT
@given(_applications, _snapshots(), _campaigns, _limits, _GROUPS)
def test_where_everything_fits_nothing_is_cut(
    application: ApplicationFacts, snapshot: Snapshot, campaigns: list, limits: Any, group: tuple[str, str]
) -> None:
    session = snapshot.session
    assert session is not None
    dear = [
        replace(line, price=line.price + 10_000, additional_costs={"wrapping": Decimal(10_000)})
        for line in session.lines
    ]
    costs = {name: Decimal(100_000) for name in session.additional_costs}
    roomy = replace(snapshot, session=replace(session, lines=dear, additional_costs=costs))
    bare = replace(application, caps_discounts=False)
    assert (
        _outcome(application, roomy, campaigns, limits, group).effects
        == _outcome(bare, roomy, campaigns, limits, group).effects
    )
