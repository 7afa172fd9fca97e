"""What the linter proves holds in evaluations: rules called unreachable never fire, conditions called superfluous decide
nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import assume as _assume
from hypothesis import strategies as st

from tercel.base.codec import decode_any, encode
from tercel.evaluation.entities.codes import Coupon
from tercel.evaluation.entities.run import RULE_SCOPE
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.facts import ApplicationFacts, CampaignFacts
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.program.program import build_program
from tercel.evaluation.run.engine import Engine
from tercel.evaluation.snapshot import (
    CartLine,
    CouponFacts,
    EventFacts,
    ProfileFacts,
    SessionFacts,
    Snapshot,
    StoreFacts,
    Wants,
)
from tercel.language.errors import TalangError
from tercel.language.running.run import (
    PARAMETER_SLOTS,
    UNSET,
    Compiled,
    Run,
)
from tercel.language.values.values import truth
from tercel.rules.lint.linting import lint_ruleset
from tercel.rules.lint.proof.facts import Facts, assume
from tercel.rules.lint.proof.outcomes import Result, outcomes
from tercel.rules.lint.setting import Setting
from tercel.rules.lint.view import view_of
from tercel.rules.reader import read_ruleset
from tests.properties import worlds

_EFFORT = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)

_TIMES = ["2026-07-15T09:00:00Z", "2026-07-15T10:00:00Z", "2026-07-15T12:00:00+02:00", "2026-07-16T00:00:00Z"]
_MARK = [".", "Session", "Attributes", "mark"]
_SUBJECTS: list[Any] = [
    _MARK, _MARK, [".", "session", "attributes", "mark"], [".", "alias"], [".", "Session", "Total"],
    [".", "Session", "CartTotal"], [".", "Session", "FirstSession"], ["count", worlds.ITEMS], [".", "Now"], ["now"],
    ["weekday", ["now"]], ["hour", _MARK], [".", "Event", "Type"], [".", "Store", "IntegrationId"],
]  # fmt: skip

_values: st.SearchStrategy[Any] = st.sampled_from(
    ["gold", "1", "1.0", "true", "", *_TIMES, 0, 1, 2, Decimal("1.0"), True, False]
)
_constants = st.one_of(_values, st.sampled_from([[".", "one"], [".", "gold"], ["+", 1, 1]]))
_subjects = st.sampled_from(_SUBJECTS)
_orders = st.sampled_from(["<", "<=", ">", ">="])
_clocks = st.sampled_from(["00:00", "08:30", "10:00", "12:00", "24:00"])

_comparisons: st.SearchStrategy[Any] = st.one_of(
    st.builds(lambda op, x, c: [op, x, c], _orders, _subjects, _constants),
    st.builds(lambda op, x, c: [op, c, x], _orders, _subjects, _constants),
    st.builds(lambda op, x, cs: [op, x, *cs], st.sampled_from(["=", "!="]), _subjects,
              st.lists(_constants, min_size=1, max_size=2)),
    st.builds(lambda op, x, cs: [op, x, ["list", *cs]], st.sampled_from(["oneOf", "notOneOf"]), _subjects,
              st.lists(_values, max_size=3)),
    st.builds(lambda op, x, a, b: [op, x, a, b], st.sampled_from(["between", "betweenInclusive"]), _subjects,
              _constants, _constants),
    st.builds(lambda op, x, t: [op, x, t], st.sampled_from(["after", "before"]), _subjects, st.sampled_from(_TIMES)),
    st.builds(lambda x, a, b, flags: ["within", x, a, b, *flags], _subjects, st.sampled_from(_TIMES),
              st.sampled_from(_TIMES), st.lists(st.booleans(), max_size=3)),
    st.builds(lambda a, b: ["timeOfDayBetween", ["now"], a, b], _clocks, _clocks),
    st.builds(lambda x: ["isSet", x], _subjects),
    st.sampled_from([["couponValid"], ["couponValid", False], _MARK, [".", "Session", "CartItems"], ["count", worlds.ITEMS]]),
)  # fmt: skip
_simple = st.one_of(_comparisons, worlds.simple_conditions)
_conditions: st.SearchStrategy[Any] = st.one_of(
    _simple,
    st.builds(
        lambda name, parts: [name, *parts], st.sampled_from(["and", "or"]), st.lists(_simple, max_size=3)
    ),
    st.builds(lambda part: ["not", part], _simple),
    st.builds(lambda default, part: ["catch", default, part], st.booleans(), _simple),
    st.builds(lambda default, part: ["not", ["catch", default, ["not", part]]], st.booleans(), _simple),
    st.builds(lambda part: ["onFailure", part, ["showNotification", "Info", "no", "no"]], _simple),
    st.builds(
        lambda part: ["onFailure", part, ["updateAttribute", "Session.Attributes.mark", "gold"]], _simple
    ),
)


@st.composite
def _condition_lists(draw: st.DrawFn) -> list[Any]:
    """Conditions of which some speak of one thing, so that they meet."""
    subject = draw(_subjects)
    same = st.builds(lambda condition: _about(condition, subject), _comparisons)
    negated = st.builds(lambda condition: ["not", condition], same)
    return draw(st.lists(st.one_of(same, same, negated, _conditions), min_size=1, max_size=4))


def _about(condition: Any, subject: Any) -> Any:
    """A comparison, of another subject."""
    return [condition[0], subject, *condition[2:]] if len(condition) > 2 else condition


_BINDINGS = [
    {"name": "one", "expression": ["identity", 1]},
    {"name": "gold", "expression": ["concat", "go", "ld"]},
    {"name": "alias", "expression": _MARK},
]


@st.composite
def _rulesets(draw: st.DrawFn) -> dict[str, Any]:
    rules = []
    for number in range(draw(st.integers(1, 2))):
        effects = [
            ["showNotification", "Info", f"rule {number}"],
            *draw(st.lists(worlds.effects, max_size=1)),
        ]
        rules.append({"title": "r", "condition": ["and", *draw(_condition_lists())], "effects": effects})
    decoded: dict[str, Any] = decode_any(encode({"rules": rules, "bindings": _BINDINGS}))
    return decoded


_MARKS = [
    None, "gold", "x", "1", "1.0", "true", *_TIMES, True, False, [Decimal(1)], Decimal(0), Decimal(1), Decimal(2),
    worlds.NOW, worlds.NOW + timedelta(hours=5), datetime(2026, 7, 15, 9, tzinfo=UTC),
]  # fmt: skip
_CARTS = [
    [],
    [CartLine(sku="A", quantity=2, price=Decimal("0.5"), category="shoes")],
    [CartLine(sku="B", quantity=1, price=Decimal(120)), CartLine(sku="C", quantity=1, price=Decimal(1))],
]


@st.composite
def _snapshots(draw: st.DrawFn) -> Snapshot:
    mark = draw(st.sampled_from(_MARKS))
    now = worlds.NOW + timedelta(hours=draw(st.sampled_from([-10, 0, 3])))
    coupon = CouponFacts(id=9, campaign_id=1, value="CODE")
    codes = draw(st.sampled_from([[], ["CODE"]]))
    session = SessionFacts(
        integration_id="s",
        created=now,
        updated=now,
        lines=draw(st.sampled_from(_CARTS)),
        attributes={} if mark is None else {"mark": mark},
        is_first=draw(st.booleans()),
        coupon_codes=codes,
    )
    return Snapshot(
        now=now,
        seed="seed",
        session=draw(st.sampled_from([session, session, session, None])),
        profile=draw(st.sampled_from([None, ProfileFacts(integration_id="ann", id=5, created=now)])),
        event=EventFacts(types=draw(st.sampled_from([("x",), ("talon_session_closed", "x")])), created=now),
        store=draw(st.sampled_from([None, StoreFacts(id=1, integration_id="s1")])),
        coupons=dict.fromkeys(codes, coupon),
        wants=Wants(failures=True),
    )


def _result(condition: Compiled, run: Run) -> Result:
    try:
        return Result.TRUE if truth(condition(run)) else Result.FALSE
    except TalangError:
        return Result.FAILED


@settings(max_examples=300, deadline=None)
@given(_condition_lists(), st.lists(_snapshots(), min_size=3, max_size=3))
def test_conditions_come_to_what_was_foreseen(conditions: list[Any], snapshots: list[Snapshot]) -> None:
    rule = {"title": "r", "condition": ["and", *conditions], "effects": []}
    document = decode_any(encode({"rules": [rule], "bindings": _BINDINGS}))
    view = view_of(read_ruleset(document), RULE_SCOPE, Setting(), document).rules[0]
    _assume(view.is_understood)
    program = build_program(ApplicationFacts(id=1), [_campaign(document)])
    for snapshot in snapshots:
        engine = Engine(program, snapshot, None)
        facts = Facts(view.scope)
        for node, condition in zip(view.conditions, _ready_conditions(engine), strict=False):
            result = _result(condition, engine.run)
            assert result in outcomes(facts, node)
            if result is Result.FAILED:
                break
            facts = assume(facts, node, result is Result.TRUE)
            assert facts.is_possible


def _ready_conditions(engine: Engine) -> tuple[Compiled, ...]:
    """The conditions of the only rule, with the evaluation standing at it."""
    campaign = engine.program.campaigns[0]
    assert campaign.ruleset is not None
    engine.run.coupon = next((Coupon(facts) for facts in engine.snapshot.coupons.values() if facts), None)
    engine.run.slots = [UNSET] * (campaign.ruleset.slot_count + PARAMETER_SLOTS)
    engine.host.stand_at(campaign, engine.run.coupon, None)
    engine.host.judge_codes()
    engine.host.begin_rule(campaign.ruleset.rules[0])
    return campaign.ruleset.rules[0].conditions


def _outcome(ruleset: dict[str, Any], snapshot: Snapshot) -> Outcome:
    return evaluate(build_program(ApplicationFacts(id=1), [_campaign(ruleset)]), snapshot)


def _campaign(ruleset: dict[str, Any]) -> CampaignFacts:
    return CampaignFacts(id=1, ruleset_id=1, ruleset=ruleset)


def _fired(outcome: Outcome) -> set[int]:
    return {
        effect.rule_index
        for effect in outcome.effects
        if getattr(effect.props, "title", "").startswith("rule ")
    }


def _places(ruleset: dict[str, Any], *codes: str) -> list[tuple[int, int]]:
    """Rule and condition of the findings of some codes."""
    places = []
    for finding in lint_ruleset(ruleset, RULE_SCOPE):
        if finding.code in codes:
            _, _, rule, _, index = finding.pointer.split("/")
            places.append((int(rule), int(index) - 1))
    return places


@_EFFORT
@given(_rulesets(), st.lists(_snapshots(), min_size=5, max_size=5))
def test_unreachable_rules_never_fire(ruleset: dict[str, Any], snapshots: list[Snapshot]) -> None:
    places = _places(ruleset, "unreachable")
    _assume(bool(places))
    for snapshot in snapshots:
        assert not _fired(_outcome(ruleset, snapshot)) & {rule for rule, _ in places}


@_EFFORT
@given(_rulesets(), st.lists(_snapshots(), min_size=5, max_size=5))
def test_superfluous_conditions_decide_nothing(ruleset: dict[str, Any], snapshots: list[Snapshot]) -> None:
    places = _places(ruleset, "alwaysTrue", "redundant")
    _assume(bool(places))
    rule, index = places[0]
    shorter = decode_any(encode(ruleset))
    del shorter["rules"][rule]["condition"][index + 1]
    always = _places(ruleset, "alwaysTrue")
    for snapshot in snapshots:
        outcome = _outcome(ruleset, snapshot)
        assert _fired(outcome) == _fired(_outcome(shorter, snapshot))
        assert not {(each.rule_index, each.condition_index) for each in outcome.failures} & set(always)
