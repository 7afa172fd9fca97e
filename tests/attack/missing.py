"""What a request asked for and did not get, which has a moment of its own.

What a session uses when it closes, or an event when it is tracked, is guarded at the moment of the commit. That the rest was
refused was right at an earlier moment of the same request: nobody is kept from giving back because somebody else was refused.
"""

from __future__ import annotations

import msgspec

from tests.attack.history import Answer, Event
from tests.attack.offer import Offer
from tests.attack.operations import Greet, Missing, Operation, Refusal, Track, Update


def missing(offer: Offer, operation: Operation, answer: Answer | None) -> Missing:
    """What is missing from an answer, as far as that has a moment of its own.

    A repeated answer tells nothing about the moments of its request, so one with a key is one moment.
    """
    if answer is None or answer.status != 200 or operation.key:
        return Missing()
    has_no_extras = bool(offer.extras) and not (answer.extras or answer.created)
    match operation:
        case Update(state="closed"):
            is_plain = not (offer.needs_code or offer.referrals)
            return Missing(
                answer.refused,
                is_plain and not answer.discount,
                has_no_extras and offer.extras_for == "all",
            )
        case Track():
            return Missing(has_no_extras=has_no_extras)
        case Greet(runs_rules=True):
            return Missing(has_no_extras=has_no_extras and offer.extras_for == "all")
    return Missing()


def refused_apart(offer: Offer, event: Event) -> list[Event]:
    """The event without what is missing, and the moment at which that was refused."""
    answer, lacking = event.answer, missing(offer, event.operation, event.answer)
    if answer is None or lacking == Missing():
        return [event]
    asked = msgspec.structs.replace(event.operation, without=lacking)
    told = Answer(status=200, refused=lacking.codes)
    if not isinstance(asked, Update):
        # Because: from that moment on the customer is guarded.
        told = msgspec.structs.replace(told, closed=answer.closed, sales=answer.sales)
    refusal = Refusal(session=asked.session, day=asked.day, of=asked)
    return [
        msgspec.structs.replace(event, operation=asked),
        msgspec.structs.replace(event, operation=refusal, answer=told),
    ]
