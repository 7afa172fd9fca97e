"""Rejections: the refusal of every code that was sent and not accepted (behaviour/codes 4, 5, 7, 8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from tercel.effects.coupons import RejectCoupon
from tercel.effects.effect import Effect
from tercel.effects.referrals import RejectReferral
from tercel.evaluation.program.experiments import variant_of
from tercel.evaluation.program.program import CompiledCampaign
from tercel.evaluation.run.engine import Engine
from tercel.evaluation.run.failures import Attempt
from tercel.evaluation.state.codes import Verdict, campaign_verdict
from tercel.rules.compiled import CompiledRule


class Refused(NamedTuple):
    """A code that was not accepted, with its kind and campaign."""

    kind: str
    id: int
    code: str
    campaign_id: int

    @property
    def prefix(self) -> str:
        """The prefix of its reasons: ``Coupon`` or ``Referral``."""
        return self.kind.capitalize()


def rejections(engine: Engine) -> Iterator[Effect]:
    """Yield the refusals in the order of the codes, the referral last."""
    snapshot = engine.snapshot
    seen: set[int] = set()
    for code, coupon in snapshot.coupons.items():
        if coupon is None:
            yield _unknown(RejectCoupon(code, "CouponNotFound"))
        elif coupon.id not in seen:
            seen.add(coupon.id)
            yield from _refusal(engine, Refused("coupon", coupon.id, code, coupon.campaign_id))
    session = snapshot.session
    referral = snapshot.referral
    if referral is not None:
        code = (session and session.referral_code) or referral.code
        yield from _refusal(engine, Refused("referral", referral.id, code, referral.campaign_id))
    elif session is not None and session.referral_code:
        yield _unknown(RejectReferral(session.referral_code, "ReferralNotFound"))


def is_refused(engine: Engine, kind: str, number: int, campaign_id: int) -> bool:
    """Tell whether a code is refused: no rule accepted it, and no rule of an applying campaign found it valid."""
    is_checked = (kind, number) in engine.checked and campaign_id not in engine.exclusions
    return not is_checked and not engine.host.accepted.get((kind, number))


def release(engine: Engine) -> None:
    """Detach refused codes from the entries.

    Effects that rules gave without asking for the code take neither money from it nor from limits per code.
    """
    entries = engine.journal.entries
    refused = {
        (kind, number)
        for kind, number, campaign_id in {
            found
            for entry in entries
            for found in (
                ("coupon", entry.coupon_id, entry.campaign_id),
                ("referral", entry.referral_id, entry.campaign_id),
            )
        }
        if number is not None and is_refused(engine, kind, number, campaign_id)
    }
    for index, entry in enumerate(entries):
        is_coupon_refused = ("coupon", entry.coupon_id) in refused
        if not is_coupon_refused and ("referral", entry.referral_id) not in refused:
            continue
        own = {f"{kind.capitalize()}={number}" for kind, number in refused}
        entries[index] = replace(
            entry,
            coupon_id=None if is_coupon_refused else entry.coupon_id,
            referral_id=None if ("referral", entry.referral_id) in refused else entry.referral_id,
            coupon_discount=None if is_coupon_refused else entry.coupon_discount,
            uses=tuple(use for use in entry.uses if own.isdisjoint(use.key.scope.split("|"))),
        )


def _unknown(props: RejectCoupon | RejectReferral) -> Effect:
    return Effect(-1, -1, -1, "", props.effect_type, props)


def _refusal(engine: Engine, refused: Refused) -> Iterator[Effect]:
    key = (refused.kind, refused.id)
    if not is_refused(engine, *key, refused.campaign_id):
        return
    is_out = refused.campaign_id in engine.exclusions
    campaign = engine.program.by_id.get(refused.campaign_id)
    if campaign is not None:
        campaign = variant_of(campaign, engine.snapshot) or campaign
    verdict = campaign_verdict(refused.prefix, campaign, engine.snapshot) or engine.verdicts.get(key)
    attempts = engine.log.attempts.get(key, [])
    attempt = reported(attempts, refused.kind)
    if verdict is None and is_out:
        verdict = _exclusion(engine, refused, attempts)
    if verdict is None:
        verdict = Verdict(f"{refused.prefix}RejectedByCondition")
        if attempt is not None and attempt.effect_index is not None:
            verdict = Verdict("EffectCouldNotBeApplied")
        props = _props(refused, verdict, attempt)
    else:
        props = _props(refused, verdict, None)
    yield _effect(refused, campaign, attempt.rule if attempt else _asking_rule(campaign, refused.kind), props)


def _exclusion(engine: Engine, refused: Refused, attempts: list[Attempt]) -> Verdict | None:
    """Return the verdict on a code whose campaign lost in its group.

    None when the campaign's own rules refused the code anyway (behaviour/groups 5).
    """
    is_met = (refused.kind, refused.id) in engine.checked
    if not is_met and any(asks_for(attempt.rule, refused.kind) for attempt in attempts):
        return None
    return Verdict(f"{refused.prefix}PartOfNotTriggeredCampaign", engine.exclusions[refused.campaign_id])


def reported(attempts: list[Attempt], kind: str) -> Attempt | None:
    """Return the attempt that explains a refusal.

    The first with a failed effect, else the first rule that asks for the code, else the first rule.
    """
    for attempt in attempts:
        if attempt.effect_index is not None:
            return attempt
    asking = [attempt for attempt in attempts if asks_for(attempt.rule, kind)]
    return next(iter(asking or attempts), None)


def asks_for(rule: CompiledRule, kind: str) -> bool:
    """Tell whether a rule has a condition on codes of that kind."""
    return (rule.coupon_condition if kind == "coupon" else rule.referral_condition) is not None


def _asking_rule(campaign: CompiledCampaign | None, kind: str) -> CompiledRule | None:
    if campaign is None or campaign.ruleset is None:
        return None
    rules = campaign.ruleset.rules
    return next((rule for rule in rules if asks_for(rule, kind)), rules[0] if rules else None)


def _props(refused: Refused, verdict: Verdict, attempt: Attempt | None) -> RejectCoupon | RejectReferral:
    kind = RejectCoupon if refused.kind == "coupon" else RejectReferral
    return kind(
        refused.code,
        verdict.reason,
        attempt.condition_index if attempt else None,
        attempt.effect_index if attempt else None,
        attempt.details if attempt else None,
        verdict.exclusion,
    )


def _effect(
    refused: Refused,
    campaign: CompiledCampaign | None,
    rule: CompiledRule | None,
    props: RejectCoupon | RejectReferral,
) -> Effect:
    return Effect(
        campaign_id=refused.campaign_id,
        ruleset_id=(campaign.facts.ruleset_id if campaign else None) or -1,
        rule_index=rule.index if rule else 0,
        rule_name=rule.title if rule else "",
        effect_type=props.effect_type,
        props=props,
        triggered_by_coupon=refused.id if refused.kind == "coupon" else None,
        evaluation_group_id=campaign.group_id if campaign else None,
        evaluation_group_mode=campaign.group_mode if campaign else None,
        experiment_id=campaign.experiment_id if campaign else None,
    )
