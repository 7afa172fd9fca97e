"""One evaluation: campaigns with their rules one by one, all or nothing (behaviour/evaluation 1, 2, 3)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from tercel.base.limits import STEPS_PER_CAMPAIGN_MAX
from tercel.evaluation.entities.codes import Coupon, Referral
from tercel.evaluation.entities.event import Event, Store
from tercel.evaluation.entities.profile import Profile
from tercel.evaluation.entities.run import EvaluationRun
from tercel.evaluation.entities.session import Session
from tercel.evaluation.host.host import EvaluationHost
from tercel.evaluation.program.program import CompiledCampaign, Program
from tercel.evaluation.run.candidates import coupons_by_campaign
from tercel.evaluation.run.failures import FailureLog
from tercel.evaluation.snapshot import Snapshot
from tercel.evaluation.state.codes import Verdict
from tercel.evaluation.state.journal import Checkpoint, Segment
from tercel.evaluation.state.refit import fits, refit
from tercel.language.errors import AbortedError, AllSpentError, PartSpentError, TalangError
from tercel.language.running.run import PARAMETER_SLOTS, UNSET
from tercel.language.values.values import truth
from tercel.rules.compiled import CompiledRule


def open_run(program: Program, snapshot: Snapshot, is_late: Callable[[], bool] | None) -> EvaluationRun:
    """Create the run of an evaluation, with its globals made from the facts."""
    run = EvaluationRun(now=snapshot.now, zone=program.application.zone, is_late=is_late)
    run.application = program.entity
    run.account = program.entity.account
    if snapshot.store is not None:
        run.store = Store(snapshot.store)
    if snapshot.session is not None:
        store = None if snapshot.store is None else snapshot.store.integration_id
        is_flattened = program.application.is_flattened
        run.session = Session(
            snapshot.session,
            is_flattened=is_flattened,
            is_capped=program.application.caps_discounts,
            store_integration_id=store,
        )
    if snapshot.profile is not None:
        run.profile = Profile(snapshot.profile)
    if snapshot.event is not None:
        run.event = Event(snapshot.event)
    return run


class Engine:
    """Runs campaigns of a program over a snapshot.

    ``triggered`` holds the campaigns with a successful rule, ``checked`` the codes that a successful rule found valid, as (kind, id).
    ``exclusions`` holds, by campaign id, why a group left a campaign out; the effects of such campaigns were removed.
    """

    __slots__ = (
        "advocate",
        "checked",
        "coupons",
        "ended_early",
        "exclusions",
        "host",
        "is_complete",
        "journal",
        "log",
        "program",
        "referral",
        "run",
        "snapshot",
        "triggered",
        "verdicts",
    )  # fmt: skip

    def __init__(self, program: Program, snapshot: Snapshot, is_late: Callable[[], bool] | None) -> None:
        self.program = program
        self.snapshot = snapshot
        self.run = open_run(program, snapshot, is_late)
        self.host = EvaluationHost(program, snapshot, self.run)
        self.run.host = self.host
        self.run.memberships = self.host
        self.journal = self.host.journal
        self.triggered: dict[int, None] = {}
        self.log = FailureLog(self.host)
        self.checked: set[tuple[str, int]] = set()
        self.is_complete = True
        self.ended_early: set[int] = set()
        self.verdicts: dict[tuple[str, int], Verdict] = {}
        self.exclusions: dict[int, str] = {}
        self.coupons = coupons_by_campaign(snapshot)
        self.referral = None if snapshot.referral is None else Referral(snapshot.referral)
        self.advocate = None
        if snapshot.referral is not None and snapshot.referral.advocate is not None:
            self.advocate = Profile(snapshot.referral.advocate)

    def close(self) -> None:
        """Break the reference cycle between run and host, once nothing is computed any more.

        Because: without a cycle all objects are freed as soon as the outcome is made. With one they would wait for the
        garbage collector, whose rounds stop the whole process.
        """
        run = self.run
        run.host = run.memberships = None
        run.slots.clear()  # a binding may hold an entity that asks the host

    def run_campaign(self, campaign: CompiledCampaign) -> None:
        """Run a campaign once per coupon of its own, or once without a coupon (behaviour/codes 7).

        A campaign that spends its part of the steps ends there and keeps its results up to then.

        Raises:
            AllSpentError: the allowance of the whole evaluation is spent.
        """
        run = self.run
        # As `begin_part` does, without the call.
        run.steps_aside = run.steps + run.steps_beyond - STEPS_PER_CAMPAIGN_MAX
        run.campaign = campaign.entity
        if self.referral is not None:
            is_own = self.referral.facts.campaign_id == campaign.id
            run.referral = self.referral if is_own else None
            run.advocate_profile = self.advocate if is_own else None
        found = self.coupons.get(campaign.id)
        if found is None:
            self.run_rules(campaign, None)
            return
        coupons = [Coupon(facts) for facts in found]
        for position, coupon in enumerate(coupons):
            problem = self.run_rules(campaign, coupon)
            if problem is not None:
                for left in coupons[position + 1 :]:
                    self.leave_out(campaign, left, problem)
                break

    def leave_out(self, campaign: CompiledCampaign, coupon: Coupon, problem: PartSpentError) -> None:
        """Record a failure for a coupon whose run was cancelled because the campaign spent its steps."""
        assert campaign.ruleset is not None, "only campaigns with rules are candidates"
        host, rule = self.host, campaign.ruleset.rules[0]
        host.stand_at(campaign, coupon, self.run.referral)
        host.judge_codes()
        self.keep_verdicts()
        host.begin_rule(rule)
        self.log.note(rule, 0, None, str(problem))

    def run_rules(self, campaign: CompiledCampaign, coupon: Coupon | None) -> PartSpentError | None:
        """Run all rules of a campaign for a coupon or for none; return the error that ended the run early, if any."""
        ruleset = campaign.ruleset
        assert ruleset is not None, "only campaigns with rules are candidates"
        run, host = self.run, self.host
        run.coupon = coupon
        host.stand_at(campaign, coupon, run.referral)
        if host.has_codes:
            host.judge_codes()
            self.keep_verdicts()
        if ruleset.slot_count:
            run.slots = [UNSET] * (ruleset.slot_count + PARAMETER_SLOTS)
        try:
            for rule in ruleset.rules:
                self.run_rule(rule)
        except PartSpentError as error:
            self.ended_early.add(campaign.id)
            self.report(error)
            return error
        return None

    def judge_codes(self, campaign: CompiledCampaign) -> None:
        """Test the codes of a campaign that does not run."""
        referral = self.referral
        if referral is not None and referral.facts.campaign_id != campaign.id:
            referral = None
        coupons: list[Coupon | None] = [Coupon(facts) for facts in self.coupons.get(campaign.id, ())]
        for coupon in coupons or [None]:
            self.host.stand_at(campaign, coupon, referral)
            self.host.judge_codes()
            self.keep_verdicts()

    def keep_verdicts(self) -> None:
        """Store the verdicts on the codes in scope, for their rejections."""
        host = self.host
        if host.coupon_id is not None and host.coupon_verdict is not None:
            self.verdicts["coupon", host.coupon_id] = host.coupon_verdict
        if host.referral is not None and host.referral_verdict is not None:
            self.verdicts["referral", host.referral.facts.id] = host.referral_verdict

    def run_rule(self, rule: CompiledRule) -> None:
        """Run one rule: conditions, then effects; roll back everything when an effect fails."""
        host, run = self.host, self.run
        host.begin_rule(rule)
        checkpoint = self.journal.checkpoint()
        index = 0
        try:
            run.steps -= rule.size  # as `spend` does, without the call
            if run.steps < 0:
                run.look_at_limits()
            for index, condition in enumerate(rule.conditions):
                host.condition_index = index
                value = condition(run)
                if value is not True and not truth(value):
                    self.fail(rule, index, None, "")
                    return
            host.condition_index = None
            host.is_in_effects = True
            if host.has_codes and (host.coupon_asked or host.referral_asked):
                index = 0
                host.accept_codes()
            for index, effect in enumerate(rule.effects):  # noqa: B007  # the handler below says which one failed
                effect(run)
        except TalangError as error:
            self.journal.roll_back(checkpoint)
            self.fail_with(rule, index, error)
            return
        except RecursionError:  # a net: what is nested is limited
            self.journal.roll_back(checkpoint)
            self.fail_with(rule, index, AbortedError("the rule is nested too deeply"))
            return
        self.succeed(checkpoint)

    def succeed(self, checkpoint: Checkpoint) -> None:
        """Commit a successful rule: move the discounted amounts and mark the campaign as triggered."""
        host, granted = self.host, self.journal.granted
        if len(granted) > checkpoint[2]:
            session = self.run.session
            assert session is not None, "there is no discount without one"
            session.lower(granted[checkpoint[2] :])
        self.triggered[host.campaign.id] = None
        if host.has_codes:
            self.keep_checked()
        if host.survivors:
            self.append_survivors()

    def keep_checked(self) -> None:
        """Store which codes in scope the successful rule asked for."""
        host = self.host
        if host.coupon_asked is not None and host.coupon_id is not None:
            self.checked.add(("coupon", host.coupon_id))
        if host.referral_asked is not None and host.referral is not None:
            self.checked.add(("referral", host.referral.facts.id))

    def fail_with(self, rule: CompiledRule, index: int, error: TalangError) -> None:
        """Record a rule that an error stopped, and add an ``error`` effect when the error is reported.

        Raises:
            PartSpentError: the campaign ends with the rule.
            AllSpentError: the evaluation ends with the rule.
        """
        in_effects = self.host.is_in_effects
        self.fail(rule, None if in_effects else index, index if in_effects else None, str(error))
        if isinstance(error, PartSpentError | AllSpentError):
            raise error
        if error.is_reported:
            self.report(error)

    def report(self, error: TalangError) -> None:
        """Add an ``error`` effect to the current rule."""
        self.host.condition_index = None
        self.host.tell_error(error)

    def fail(self, rule: CompiledRule, condition: int | None, effect: int | None, details: str) -> None:
        """Record a rule that did not fire, and add the effects of its failed conditions."""
        if self.host.survivors:
            self.append_survivors()
        self.log.note(rule, condition, effect, details)

    def append_survivors(self) -> None:
        """Add the effects of failed conditions at the current rule; drop those beyond a limit."""
        for segment in self.host.take_survivors():
            if fits(segment, self.snapshot.counters, self.journal.taken):
                with suppress(AbortedError):
                    self.put_back(segment)

    def take_out(self, checkpoint: Checkpoint) -> Segment:
        """Remove all changes since a checkpoint and return them as a segment."""
        segment = self.journal.cut(checkpoint)
        session = self.run.session
        if segment.granted and session is not None:
            session.raise_all()
            session.lower(self.journal.granted)
        return segment

    def put_back(self, segment: Segment) -> None:
        """Append a segment to the current state, with its discounts cut to what is left where the application caps them.

        Raises:
            AbortedError: the limits of effects leave no room; nothing is changed.
        """
        self.host.need_room(len(segment.effects), segment.text_length)
        session = self.run.session
        if segment.granted and session is not None and session.is_capped:
            segment = refit(segment, session, self.journal)
        self.journal.paste(segment)
        if session is not None:
            session.lower(segment.granted)
