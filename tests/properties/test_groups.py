"""What must hold for competing campaigns, whatever their rules (behaviour/groups 2, 3)."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.facts import ApplicationFacts, CampaignFacts, GroupFacts
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.program.program import build_program
from tercel.evaluation.snapshot import Snapshot
from tests.properties import worlds

_EFFORT = settings(max_examples=150, deadline=None)
_rulesets = worlds.rulesets(min_size=1, max_size=2)


def _outcome(
    application: ApplicationFacts, snapshot: Snapshot, rulesets: dict[int, dict], mode: str, scope: str
) -> Outcome:
    campaigns = [CampaignFacts(id=number, ruleset=ruleset) for number, ruleset in rulesets.items()]
    children = tuple(("campaign", number) for number in rulesets)
    groups = [GroupFacts(id=9, mode=mode, scope=scope, children=children)]
    return evaluate(build_program(application, campaigns, groups), snapshot)


def _discount(outcome: Outcome) -> Decimal:
    return sum((entry.amount for entry in outcome.changes.entries if entry.kind == "setDiscount"), Decimal(0))


@_EFFORT
@given(worlds.applications, worlds.snapshots(), st.lists(_rulesets, min_size=2, max_size=3))
def test_the_highest_discount_is_the_best_of_the_separate_ones(
    application: ApplicationFacts, snapshot: Snapshot, rulesets: list[dict]
) -> None:
    snapshot = replace(snapshot, coupons={}, counters={})
    numbered = dict(enumerate(rulesets, 1))
    alone = {
        number: _outcome(application, snapshot, {number: ruleset}, "stackable", "session")
        for number, ruleset in numbered.items()
    }
    together = _outcome(application, snapshot, numbered, "highestDiscount", "session")
    offers = [_discount(outcome) for outcome in alone.values() if outcome.triggered]
    if not offers:
        assert together.triggered == []
        return
    (winner,) = together.triggered
    assert _discount(alone[winner]) == max(offers)
    own = [effect.props for effect in together.effects if effect.campaign_id == winner]
    assert [props.effect_type for props in own] == [effect.effect_type for effect in alone[winner].effects]
    assert [entry.amount for entry in together.changes.entries if entry.campaign_id == winner] == [
        entry.amount for entry in alone[winner].changes.entries
    ]


@_EFFORT
@given(
    worlds.applications,
    worlds.snapshots(),
    st.lists(_rulesets, min_size=2, max_size=3),
    st.sampled_from(["listOrder", "lowestDiscount", "highestDiscount"]),
)
def test_a_unit_is_discounted_by_one_campaign(
    application: ApplicationFacts, snapshot: Snapshot, rulesets: list[dict], mode: str
) -> None:
    outcome = _outcome(application, snapshot, dict(enumerate(rulesets, 1)), mode, "cartItem")
    winners: dict[tuple[int | None, int | None], set[int]] = {}
    for entry in outcome.changes.entries:
        assert entry.effect_index is not None
        effect = outcome.effects[entry.effect_index]
        assert (effect.campaign_id, effect.rule_index) == (entry.campaign_id, entry.rule_index)
        if entry.kind == "setDiscount" and entry.position is not None:
            winners.setdefault((entry.position, entry.sub_position), set()).add(entry.campaign_id)
    assert all(len(campaigns) == 1 for campaigns in winners.values())
