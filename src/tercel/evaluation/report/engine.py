"""Engine that records every rule, for requests that ask for reasons (behaviour/evaluation 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tercel.evaluation.entities.codes import Coupon
from tercel.evaluation.explain.needs import needs_of_rule
from tercel.evaluation.explain.sentences import explain_condition, gives
from tercel.evaluation.explain.site import Site
from tercel.evaluation.explain.time_needs import until
from tercel.evaluation.explanation import ConditionTrace, Need
from tercel.evaluation.program.experiments import variant_of
from tercel.evaluation.program.program import CompiledCampaign, Program
from tercel.evaluation.run.engine import Engine
from tercel.evaluation.run.failures import Attempt
from tercel.evaluation.snapshot import CouponFacts, Snapshot
from tercel.evaluation.state.codes import is_in_set, store_id
from tercel.evaluation.state.journal import Checkpoint
from tercel.language.errors import PartSpentError
from tercel.rules.compiled import CompiledRule


@dataclass(slots=True)
class RuleRecord:
    """Result of one rule. ``attempt`` is its failure, None when it passed or did not run; ``needs`` is None when nothing
    is known about it.
    """

    rule: CompiledRule
    passed: bool = False
    attempt: Attempt | None = None
    conditions: list[ConditionTrace] = field(default_factory=list)
    needs: list[Need] | None = None
    gives: list[str] = field(default_factory=list)


@dataclass(slots=True)
class RunRecord:
    """One run of a campaign's rules, for a coupon or for none."""

    campaign: CompiledCampaign
    coupon: CouponFacts | None
    rules: list[RuleRecord] = field(default_factory=list)


class ExplainingEngine(Engine):
    """Runs campaigns like its base class and records the result of each rule.

    ``records`` holds the runs by campaign. ``upcoming`` holds campaigns that have not started: their rules are examined at the
    time of the start, and not run.
    """

    __slots__ = ("_record", "_runs", "records", "upcoming")

    def __init__(self, program: Program, snapshot: Snapshot, is_late: Callable[[], bool] | None) -> None:
        super().__init__(program, snapshot, is_late)
        self.records: dict[int, list[RunRecord]] = {}
        self.upcoming: dict[int, list[RunRecord]] = {}
        self._runs = self.records

    def look_ahead(self) -> None:
        """Examine the rules of campaigns that have not started."""
        self._runs = self.upcoming
        now = self.run.now
        for planned in self.program.campaigns:
            campaign = variant_of(planned, self.snapshot)
            start = planned.facts.start_time
            if campaign is None or start is None or start <= now:
                continue
            if self._is_to_come(campaign, start):
                self.run.now = start
                self.run_campaign(campaign)
        self.run.now = now
        self._runs = self.records

    def _is_to_come(self, campaign: CompiledCampaign, start: datetime) -> bool:
        facts, snapshot = campaign.facts, self.snapshot
        is_open = campaign.ruleset is not None and (facts.end_time is None or start < facts.end_time)
        is_chosen = snapshot.evaluable_campaign_ids is not None or facts.state == "enabled"
        return (
            is_open
            and is_chosen
            and is_in_set(campaign, snapshot)
            and campaign.is_linked_to(store_id(snapshot))
        )

    def run_rules(self, campaign: CompiledCampaign, coupon: Coupon | None) -> PartSpentError | None:
        """Open the record of a run, then run the rules; return the error that ended the run early, if any."""
        runs = self._runs.setdefault(campaign.id, [])
        runs.append(RunRecord(campaign, None if coupon is None else coupon.facts))
        return super().run_rules(campaign, coupon)

    def run_rule(self, rule: CompiledRule) -> None:
        """Record the conditions of a rule before it changes anything, then run it."""
        host = self.host
        self._record = RuleRecord(rule)
        self._runs[host.campaign.id][-1].rules.append(self._record)
        if self.snapshot.wants.trace:
            host.begin_rule(rule)
            self._look(Site(host, rule, self.log.allowance))
        if self._runs is not self.upcoming:
            super().run_rule(rule)

    def _look(self, site: Site) -> None:
        record = self._record
        conditions = range(len(site.source.conditions))
        record.conditions = [explain_condition(site, index) for index in conditions]
        record.needs = needs_of_rule(site)
        record.gives = gives(site)
        if self._runs is self.upcoming and record.needs is not None:
            record.needs.insert(0, until(site, site.run.now, "the campaign runs"))

    def succeed(self, checkpoint: Checkpoint) -> None:
        """Record that the rule passed."""
        self._record.passed = True
        super().succeed(checkpoint)

    def fail(self, rule: CompiledRule, condition: int | None, effect: int | None, details: str) -> None:
        """Record why the rule failed."""
        super().fail(rule, condition, effect, details)
        self._record.attempt = self.log.latest
