"""The moments of a request; nearly everything happens at a single one.

What an open session is told is a promise that nothing guards: the effects are those of one moment of the request, and the
customer's figures those of one, but not always of the same. What a session that closes or is returned, or an event, asked for and
did not get was refused at an earlier moment than the one at which the rest is used.
"""

from __future__ import annotations

import msgspec

from tests.attack.history import Answer, Event
from tests.attack.offer import Offer
from tests.attack.operations import Glimpse, Update
from tests.attack.unguarded import decided_apart


def apart(offer: Offer, event: Event) -> list[Event]:
    """The event as one for each of its moments."""
    operation, answer = event.operation, event.answer
    moments = decided_apart(offer, event)
    if (
        isinstance(operation, Update)
        and operation.state == "open"
        and answer is not None
        and answer.status == 200
    ):
        figures = Answer(status=200, is_first=answer.is_first, closed=answer.closed, sales=answer.sales,
                         attributes=answer.attributes)  # fmt: skip
        glimpse = Glimpse(session=operation.session, profile=operation.profile)
        moments.append(msgspec.structs.replace(event, operation=glimpse, answer=figures))
    return moments
