"""One evaluation: campaigns with their rules one by one, all or nothing (rules.md 5; integration.md 5)."""

from __future__ import annotations

from collections.abc import Callable

from tercel.effects.messages import EvaluationFailed
from tercel.evaluation.candidates import coupons_by_campaign
from tercel.evaluation.codes import Verdict
from tercel.evaluation.failures import FailureLog
from tercel.evaluation.host.host import EvaluationHost
from tercel.evaluation.people import Coupon, Profile, Referral
from tercel.evaluation.program import CompiledCampaign, Program
from tercel.evaluation.run import EvaluationRun
from tercel.evaluation.session import Session
from tercel.evaluation.snapshot import Snapshot
from tercel.evaluation.surroundings import Event, Store
from tercel.evaluation.working import Granted, Mark, Piece
from tercel.language.errors import AbortedError, TalangError
from tercel.language.run import PARAMETER_SLOTS, UNSET
from tercel.language.values import truth
from tercel.rules.compiled import CompiledRule


def open_run(program: Program, snapshot: Snapshot, is_late: Callable[[], bool] | None) -> EvaluationRun:
    """The run of an evaluation with its globals made from the facts."""
    run = EvaluationRun(now=snapshot.now, zone=program.application.zone, is_late=is_late)
    run.application = program.entity
    run.account = program.entity.account
    if snapshot.store is not None:
        run.store = Store(snapshot.store)
    if snapshot.session is not None:
        store = None if snapshot.store is None else snapshot.store.integration_id
        is_flattened = program.application.is_flattened
        run.session = Session(snapshot.session, is_flattened=is_flattened, store_integration_id=store)
    if snapshot.profile is not None:
        run.profile = Profile(snapshot.profile)
    if snapshot.event is not None:
        run.event = Event(snapshot.event)
    return run


class Engine:
    """Runs campaigns of a program over a snapshot. ``triggered`` are the campaigns with a successful rule, ``checked``
    the codes that a successful rule found valid, as (kind, id). ``exclusions`` tell why campaigns were left out in favour
    of others of their group, by campaign id; what they did was taken out again."""

    __slots__ = (
        "advocate", "checked", "coupons", "exclusions", "host", "is_complete", "log", "program", "referral", "run",
        "snapshot", "triggered", "verdicts", "working",
    )  # fmt: skip

    def __init__(self, program: Program, snapshot: Snapshot, is_late: Callable[[], bool] | None) -> None:
        self.program = program
        self.snapshot = snapshot
        self.run = open_run(program, snapshot, is_late)
        self.host = EvaluationHost(program, snapshot, self.run)
        self.run.host = self.host
        self.run.memberships = self.host
        self.working = self.host.working
        self.triggered: dict[int, None] = {}
        self.log = FailureLog(self.host)
        self.checked: set[tuple[str, int]] = set()
        self.is_complete = True
        self.verdicts: dict[tuple[str, int], Verdict] = {}
        self.exclusions: dict[int, str] = {}
        self.coupons = coupons_by_campaign(snapshot)
        self.referral = None if snapshot.referral is None else Referral(snapshot.referral)
        self.advocate = None
        if snapshot.referral is not None and snapshot.referral.advocate is not None:
            self.advocate = Profile(snapshot.referral.advocate)

    def close(self) -> None:
        """Let go of what leads from the run back to the host, once nothing is computed any more.

        Because: without a circle everything is freed the moment the outcome is made; with one it would wait for the
        garbage collector, and each of its rounds stops the whole process.
        """
        run = self.run
        run.host = run.memberships = None
        run.slots.clear()  # a binding may hold an entity that asks the host

    def run_campaign(self, campaign: CompiledCampaign) -> None:
        """Run a campaign once per coupon of its own, or once without (integration.md 4.6)."""
        run = self.run
        run.campaign = campaign.entity
        if self.referral is not None:
            is_own = self.referral.facts.campaign_id == campaign.id
            run.referral = self.referral if is_own else None
            run.advocate_profile = self.advocate if is_own else None
        coupons = self.coupons.get(campaign.id)
        if not coupons:
            self.run_rules(campaign, None)
            return
        for facts in coupons:
            self.run_rules(campaign, Coupon(facts))

    def run_rules(self, campaign: CompiledCampaign, coupon: Coupon | None) -> None:
        """Run all rules of a campaign for a coupon or for none."""
        ruleset = campaign.ruleset
        assert ruleset is not None, "only campaigns with rules are candidates"
        run, host = self.run, self.host
        run.coupon = coupon
        host.stand_at(campaign, coupon, run.referral)
        if coupon is not None or run.referral is not None:
            host.judge_codes()
            self.keep_verdicts()
        slot_count = ruleset.slot_count
        if slot_count:
            run.slots = [UNSET] * (slot_count + PARAMETER_SLOTS)
        for rule in ruleset.rules:
            if self.run_rule(rule) and slot_count:
                run.slots[:slot_count] = [UNSET] * slot_count

    def judge_codes(self, campaign: CompiledCampaign) -> None:
        """Test the codes of a campaign that is not run."""
        referral = self.referral
        if referral is not None and referral.facts.campaign_id != campaign.id:
            referral = None
        coupons: list[Coupon | None] = [Coupon(facts) for facts in self.coupons.get(campaign.id, ())]
        for coupon in coupons or [None]:
            self.host.stand_at(campaign, coupon, referral)
            self.host.judge_codes()
            self.keep_verdicts()

    def keep_verdicts(self) -> None:
        """Keep why the codes in scope are refused, for their rejections."""
        host = self.host
        if host.coupon_id is not None and host.coupon_verdict is not None:
            self.verdicts["coupon", host.coupon_id] = host.coupon_verdict
        if host.referral is not None and host.referral_verdict is not None:
            self.verdicts["referral", host.referral.facts.id] = host.referral_verdict

    def run_rule(self, rule: CompiledRule) -> bool:
        """Run one rule; whether the state may have moved since bindings were read (rules.md 9.10)."""
        host, run = self.host, self.run
        host.begin_rule(rule)
        mark = self.working.mark()
        index = 0
        try:
            run.spend(rule.size)
            for index, condition in enumerate(rule.conditions):
                host.condition_index = index
                value = condition(run)
                if value is not True and not truth(value):
                    self.fail(rule, index, None, "")
                    return False
            host.condition_index = None
            host.is_in_effects = True
            if host.coupon_asked or host.referral_asked:
                index = 0
                host.accept_codes()
            for index, effect in enumerate(rule.effects):  # noqa: B007  # the handler below says which one failed
                effect(run)
        except TalangError as error:
            self.working.roll_back(mark)
            self.fail_with(rule, index, error)
            return True
        self.succeed(mark)
        return True

    def succeed(self, mark: Mark) -> None:
        """Make what the rule did final: discounted amounts move, the campaign counts as triggered."""
        host, granted = self.host, self.working.granted
        if len(granted) > mark[2]:
            self.lower(granted[mark[2] :])
        self.triggered[host.campaign.id] = None
        if host.coupon_asked is not None and host.coupon_id is not None:
            self.checked.add(("coupon", host.coupon_id))
        if host.referral_asked is not None and host.referral is not None:
            self.checked.add(("referral", host.referral.facts.id))
        if host.survivors:
            self.append_survivors()

    def fail_with(self, rule: CompiledRule, index: int, error: TalangError) -> None:
        """Note a rule that an error stopped, with an ``error`` effect where its author should hear of it.

        Raises:
            AbortedError: the allowance of the whole evaluation is spent.
        """
        in_effects = self.host.is_in_effects
        self.fail(rule, None if in_effects else index, index if in_effects else None, str(error))
        if isinstance(error, AbortedError):
            raise error
        if error.is_reported:
            self.report(error)

    def report(self, error: TalangError) -> None:
        """Add an ``error`` effect to the rule that the evaluation stands at."""
        self.host.condition_index = None
        self.host.record(EvaluationFailed(str(error)))

    def fail(self, rule: CompiledRule, condition: int | None, effect: int | None, details: str) -> None:
        """Note a rule that did not fire, and add the effects of its failed conditions."""
        if self.host.survivors:
            self.append_survivors()
        self.log.note(rule, condition, effect, details)

    def append_survivors(self) -> None:
        """Put the effects of failed conditions where the rule stands."""
        for piece in self.host.survivors:
            self.put_back(piece)
        self.host.survivors = []

    def take_out(self, mark: Mark) -> Piece:
        """Take out what was done since a mark."""
        piece = self.working.cut(mark)
        session = self.run.session
        if piece.granted and session is not None:
            session.raise_all()
            self.lower(self.working.granted)
        return piece

    def put_back(self, piece: Piece) -> None:
        """Put a piece after what is there."""
        self.working.paste(piece)
        self.lower(piece.granted)

    def lower(self, granted: list[Granted]) -> None:
        """Move the discounted amounts."""
        session = self.run.session
        if session is not None:
            for amount, item, is_on_items in granted:
                session.lower(amount, item, is_on_items)
