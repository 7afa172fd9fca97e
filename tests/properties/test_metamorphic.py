"""What must not matter: the order and the splitting of lines, names, items and promotions that have no part."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.facts import ApplicationFacts, CampaignFacts
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.program.program import build_program
from tercel.evaluation.snapshot import CartLine, SessionFacts, Snapshot
from tests.properties import worlds

_EFFORT = settings(max_examples=150, deadline=None)
_DISCOUNTS = {"setDiscount", "setDiscountPerItem"}
_PRICE = [".", "Item", "Price"]

_prices = st.integers(1, 20_000).map(lambda amount: Decimal(amount) / 100)
_lines = st.builds(
    CartLine,
    sku=st.sampled_from(["A", "B", "C"]),
    quantity=st.integers(1, 4),
    price=_prices,
    category=worlds.categories,
)
_carts = st.lists(_lines, min_size=1, max_size=6)
_percents = st.integers(1, 100).map(lambda percent: Decimal(percent) / 100)


def _of_category(category: str) -> list[Any]:
    return ["filter", worlds.ITEMS, [["Item"], ["=", [".", "Item", "Category"], category]]]


_of_one_category = st.builds(
    lambda category, percent: [
        "setDiscountPerItem",
        "c",
        _of_category(category),
        [["Item"], ["*", _PRICE, percent]],
    ],
    worlds.categories,
    _percents,
)
_of_the_cart = st.one_of(
    _of_one_category,
    st.builds(lambda percent: ["setDiscount", "d", ["*", [".", "Session", "Total"], percent]], _percents),
    st.builds(lambda amount: ["setDiscountPerItemProRata", "p", worlds.ITEMS, amount], _prices),
)
_conditions = st.one_of(
    st.just(["and", True]),
    st.builds(lambda amount: ["and", [">=", [".", "Session", "CartItemTotal"], amount]], worlds.thresholds),
    st.builds(lambda category: ["and", [">", ["count", _of_category(category)], 1]], worlds.categories),
)


def _rules(effects: st.SearchStrategy[list[Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    rule = st.fixed_dictionaries(
        {
            "title": st.just("r"),
            "condition": _conditions,
            "effects": st.lists(effects, min_size=1, max_size=2),
        }
    )
    return st.lists(rule, min_size=1, max_size=3)


def _evaluate(rules: list[dict[str, Any]], lines: list[CartLine], **settings_: Any) -> Outcome:
    ruleset = {"rules": rules, "bindings": []}
    program = build_program(ApplicationFacts(id=1, **settings_), [CampaignFacts(id=1, ruleset=ruleset)])
    session = SessionFacts(
        integration_id="s", state="open", created=worlds.NOW, updated=worlds.NOW, lines=lines
    )
    return evaluate(program, Snapshot(now=worlds.NOW, seed="seed", session=session))


def _total(outcome: Outcome) -> Decimal:
    return sum(
        (effect.props.value for effect in outcome.effects if effect.effect_type in _DISCOUNTS), Decimal(0)
    )


@_EFFORT
@given(st.data(), _rules(_of_the_cart), _carts)
def test_the_order_of_lines(data: st.DataObject, rules: list, lines: list[CartLine]) -> None:
    shuffled = data.draw(st.permutations(lines))
    assert _total(_evaluate(rules, shuffled)) == _total(_evaluate(rules, lines))


@_EFFORT
@given(st.data(), _rules(_of_the_cart), _carts)
def test_one_line_split_into_two(data: st.DataObject, rules: list, lines: list[CartLine]) -> None:
    index = data.draw(st.integers(0, len(lines) - 1))
    line = lines[index]
    taken = data.draw(st.integers(0, line.quantity - 1))
    parts = [replace(line, quantity=count) for count in (taken, line.quantity - taken) if count]
    split = [*lines[:index], *parts, *lines[index + 1 :]]
    assert _total(_evaluate(rules, split)) == _total(_evaluate(rules, lines))


@_EFFORT
@given(_rules(_of_the_cart), _carts)
def test_names_of_products(rules: list, lines: list[CartLine]) -> None:
    renamed = [replace(line, sku=f"product {line.sku}", name="another name") for line in lines]
    assert _evaluate(rules, renamed).effects == _evaluate(rules, lines).effects


@_EFFORT
@given(_rules(_of_one_category), _carts, _prices)
def test_an_item_that_no_filter_keeps(rules: list, lines: list[CartLine], price: Decimal) -> None:
    """It may help to reach an amount, so rules ask for none here."""
    rules = [{**rule, "condition": ["and", True]} for rule in rules]
    more = [*lines, CartLine(sku="Z", quantity=2, price=price, category="elsewhere")]
    assert _evaluate(rules, more).effects == _evaluate(rules, lines).effects


@_EFFORT
@given(_rules(_of_the_cart), _carts)
def test_shares_are_the_discount(rules: list, lines: list[CartLine]) -> None:
    """The shares of a spread amount make up the amount, for each effect that spreads one."""
    shares = _shares(rules, lines)
    units = sum(line.quantity for line in lines)
    for start in range(0, len(shares), units):
        spread = shares[start : start + units]
        assert sum(share.value for share in spread) == spread[0].total_discount


def test_some_amounts_are_spread() -> None:
    """Else the shares would be those of nothing."""
    wanted = find(
        st.tuples(_rules(_of_the_cart), _carts),
        lambda pair: len(_shares(*pair)) > 1,
        settings=settings(deadline=None, phases=[Phase.generate]),
    )
    assert len(_shares(*wanted)) > 1


def _shares(rules: list, lines: list[CartLine]) -> list[Any]:
    effects = _evaluate(rules, lines).effects
    return [effect.props for effect in effects if getattr(effect.props, "total_discount", None) is not None]


@_EFFORT
@given(_rules(_of_the_cart), _carts)
def test_never_more_than_the_cart_when_capped(rules: list, lines: list[CartLine]) -> None:
    cart = sum(line.price * line.quantity for line in lines)
    for rule in rules:
        outcome = _evaluate([{**rule, "effects": rule["effects"][:1]}], lines, caps_discounts=True)
        assert 0 <= _total(outcome) <= cart


_NEVER = st.sampled_from(
    [
        {"ruleset": {"rules": [{"title": "n", "condition": ["and", False], "effects": [["setDiscount", "n", 9]]}]}},
        {"ruleset": {"rules": [{"title": "n", "condition": ["and", True], "effects": [["setDiscount", "n", 9]]}]},
         "state": "disabled"},
        {"ruleset": {"rules": [{"title": "n", "condition": ["and", True], "effects": [["setDiscount", "n", 9]]}]},
         "end_time": worlds.NOW},
        {"ruleset": {"rules": [{"title": "n", "condition": ["and", ["couponValid"]],
                                "effects": [["setDiscount", "n", 9]]}]}},
        {"ruleset": {"rules": [{"title": "n", "condition": ["and", True], "effects": [["setDiscount", "n", -1]]}]}},
    ]
)  # fmt: skip


@_EFFORT
@given(st.data(), worlds.applications, worlds.campaigns(), worlds.snapshots(), _NEVER)
def test_a_promotion_that_cannot_match(
    data: st.DataObject,
    application: ApplicationFacts,
    campaigns: list[CampaignFacts],
    snapshot: Snapshot,
    never: dict[str, Any],
) -> None:
    idle = CampaignFacts(id=99, ruleset_id=99, **never)
    place = data.draw(st.integers(0, len(campaigns)))
    with_it = [*campaigns[:place], idle, *campaigns[place:]]
    alone = evaluate(build_program(application, campaigns), snapshot)
    together = evaluate(build_program(application, with_it), snapshot)
    assert together.effects == alone.effects
    assert together.changes == alone.changes
    assert together.triggered == alone.triggered
