"""What an answer tells and nothing guards, which has a moment of its own.

What a session uses when it closes or is returned, or an event when it is tracked, is guarded at the moment of the commit.
That the rest was refused was right at an earlier moment of the same request: nobody is kept from giving back because somebody
else was refused. A session that stays open uses nothing, so all that it is told is of such earlier moments. Uses of codes, budgets
and customers are not read at the same moment, so each code, the discount and the extras have one of their own.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tests.attack.history import Answer, Event
from tests.attack.offer import PRICE, Offer
from tests.attack.operations import Decision, Greet, Operation, Return, Track, Unguarded, Update


def unguarded(offer: Offer, operation: Operation, answer: Answer | None) -> Unguarded:
    """The part of an answer that has a moment of its own.

    A repeated answer tells nothing about the moments of its request, so one with a key is one moment.
    """
    if answer is None or answer.status != 200 or operation.key:
        return Unguarded()
    has_codes = offer.needs_code or bool(offer.referrals)
    has_no_discount = not (has_codes or answer.discount)
    has_no_extras = bool(offer.extras) and not (answer.extras or answer.created)
    has_none_for_all = has_no_extras and offer.extras_for == "all"
    match operation:
        case Update(state="open"):
            return Unguarded(answer.refused, is_offer=True)
        case Update(state="closed"):
            return Unguarded(answer.refused, has_no_discount, has_none_for_all)
        case Return(again=True) if offer.reevaluates:
            return Unguarded(answer.refused, has_no_discount, has_none_for_all, has_old_refusals=has_codes)
        case Track():
            return Unguarded(has_no_extras=has_no_extras)
        case Greet(runs_rules=True):
            return Unguarded(has_no_extras=has_none_for_all)
    return Unguarded()


def decided_apart(offer: Offer, event: Event) -> list[Event]:
    """The event without what nothing guards, and the moments at which that was decided."""
    answer, part = event.answer, unguarded(offer, event.operation, event.answer)
    if answer is None or part == Unguarded():
        return [event]
    asked = msgspec.structs.replace(event.operation, apart=part)
    told = msgspec.structs.replace(
        answer, state=None, units=None, codes=None, is_first=None, closed=None, sales=None, attributes=()
    )
    decision = Decision(
        session=asked.session, day=asked.day, of=asked, about="code", bought=_bought_before(asked, answer)
    )
    decisions = [msgspec.structs.replace(decision, code=code) for code in _codes(offer, part, answer)]
    if part.has_no_discount or part.is_offer:
        decisions.append(msgspec.structs.replace(decision, about="discount"))
    if part.has_no_extras or (part.is_offer and offer.extras):
        decisions.append(msgspec.structs.replace(decision, about="extras"))
    return [
        msgspec.structs.replace(event, operation=asked),
        *(msgspec.structs.replace(event, operation=each, answer=told) for each in decisions),
    ]


def _codes(offer: Offer, part: Unguarded, answer: Answer) -> list[str]:
    """The codes that nothing guards; a return does not say which of its codes are among them."""
    refused = [code for code, _ in part.codes]
    if part.is_offer:
        return [*answer.accepted, *refused]
    if part.has_old_refusals:
        return [*(answer.codes or ()), *(referral.code for referral in offer.referrals)]
    return refused


def with_decision(told: Answer, would: Answer, decision: Decision) -> Answer:
    """What was told, but for one thing that would be told if it happened now, and of which version of the session."""
    found = msgspec.structs.replace(told, status=would.status, updates=would.updates)
    match decision.about:
        case "discount":
            return msgspec.structs.replace(found, discount=would.discount)
        case "extras":
            return msgspec.structs.replace(found, extras=would.extras, created=would.created)
    code = decision.code
    return msgspec.structs.replace(
        found,
        accepted=_merged(code, told.accepted, would.accepted),
        refused=_merged(code, told.refused, would.refused),
        rolled_back=_merged(code, told.rolled_back, would.rolled_back),
    )


def _merged(code: str, told: tuple[Any, ...], would: tuple[Any, ...]) -> tuple[Any, ...]:
    """What was told of other codes, and what would be told of this one."""
    others = [each for each in told if not _is_of(code, each)]
    return tuple(sorted([*others, *(each for each in would if _is_of(code, each))]))


def _is_of(code: str, told: str | tuple[str, str]) -> bool:
    return code == (told if isinstance(told, str) else told[0])


def _bought_before(operation: Operation, answer: Answer) -> tuple[int, int] | None:
    """What the customer had closed and bought before the request changed it."""
    if answer.closed is None or answer.sales is None:
        return None
    match operation:
        case Update(state="closed"):
            return answer.closed - 1, answer.sales - (answer.units or 0) * PRICE
        case Return():
            return answer.closed, answer.sales + operation.units * PRICE
    return answer.closed, answer.sales
