"""What made-up histories are told with: offers, requests and their answers."""

from typing import Any

import msgspec

from tests.attack.history import Answer, Event
from tests.attack.offer import Code, Limit, Offer
from tests.attack.operations import CountSent, LimitCode, Operation, Return, Track, Update

ONCE = Offer(codes=(Code("C", usage_limit=1),))
MONEY = Offer(limits=(Limit("setDiscount", 5),))
IN_PART = Offer(limits=(Limit("setDiscount", 5),), is_partial=True)
FREE = Offer(codes=(Code("C"),))
BY_UNIT = Offer(limits=(Limit("setDiscount", 5),), by_unit=True)

ON_EVENTS = Offer(extras=("customEffect",), extras_for="events", limits=(Limit("customEffect", 1),))
EVERYWHERE = Offer(extras=("customEffect",), limits=(Limit("customEffect", 1),))
ONCE_BOUGHT = Offer(extras=("customEffect",), extras_for="events", extras_once_bought=True)
CODES_OF_EVENTS = Offer(extras=("createCoupon",), extras_for="events", limits=(Limit("createCoupon", 1),))
POINTED = Offer(extras=("points",), extras_for="events")
SENDING = Offer(extras=("callApi",), limits=(Limit("callApi", 1),))
FREE_ITEMS = Offer(extras=("addFreeItemEffect",), limits=(Limit("addFreeItemEffect", 5),))
TWO_CODES = Offer(codes=(Code("C", usage_limit=1), Code("D")), reevaluates=True)
TWO_SCARCE = Offer(codes=(Code("C", usage_limit=1), Code("D", usage_limit=1)))
LAST_OF_TWO = Offer(codes=(Code("C", usage_limit=1), Code("D")), limits=(Limit("redeemCoupon", 2),))
CARD = Offer(codes=(Code("C", gift=5),), is_partial=True)
RESERVING = Offer(codes=(Code("C"),), reserves=True, limits=(Limit("reserveCoupon", 1),), reevaluates=True)
FIRST = {
    "flag": Offer(first_by="flag", reevaluates=True),
    "closed": Offer(first_by="closed", reevaluates=True),
    "sales": Offer(first_by="sales", reevaluates=True),
}
GIVEN = (("customEffect", 1),)
SENT = (("callApi", 1),)

WRONG_CLOSE = Answer(status=400, problem='Cannot move session to state "closed" from state "closed"')


def close(session: str, units: int = 2, codes: tuple[str, ...] = ("C",), **fields: Any) -> Update:
    return Update(session=session, state="closed", units=units, codes=codes, **fields)


def closed(units: int = 2, updates: int = 1, **fields: Any) -> Answer:
    """The answer to a close; accepted with the whole discount unless told otherwise."""
    expected = {"accepted": ("C",), "discount": units, "codes": ("C",), **fields}
    return Answer(status=200, state="closed", updates=updates, units=units, is_first=True, **expected)


REFUSED = closed(accepted=(), discount=0, refused=(("C", "CouponLimitReached"),))
CANCELLED = Answer(status=200, state="cancelled", updates=2, units=2, codes=("C",), is_first=True,
                   rolled_back=("C",), taken_back=2)  # fmt: skip


def given(units: int, discount: int) -> Answer:
    """The answer to a close without codes."""
    return closed(
        units=units, codes=("C",), accepted=(), refused=(("C", "CouponNotFound"),), discount=discount
    )


def event(
    at: int, until: int | None, operation: Operation, answer: Answer | None = None, body: bytes = b""
) -> Event:
    return Event(client=0, operation=operation, sent=at, answered=until, answer=answer, body=body)


def plain_close(session: str, units: int) -> Update:
    return Update(session=session, state="closed", units=units)


def plainly_closed(units: int, discount: int) -> Answer:
    return closed(units=units, codes=(), accepted=(), discount=discount)


def track(name: str, profile: str = "ann", **fields: Any) -> Track:
    return Track(event=name, profile=profile, **fields)


def tracked(extras: tuple[tuple[str, int], ...] = (), **fields: Any) -> Answer:
    """The answer to an event of somebody who bought nothing, unless told otherwise."""
    return Answer(status=200, extras=extras, **{"closed": 0, "sales": 0, **fields})


def sent(number: int, **whose: Any) -> Event:
    return event(90, 91, CountSent(**whose), Answer(status=200, counted=(("sent", number),)))


def free(units: int, pieces: int) -> Answer:
    """The answer to a close with free items."""
    given = (("addFreeItemEffect", pieces),) if pieces else ()
    return msgspec.structs.replace(plainly_closed(units, units), extras=given)


def returned(units: int, updates: int, **fields: Any) -> Answer:
    """The answer to a return that leaves so many units."""
    known = {"state": "partially_returned", "codes": (), "is_first": True, **fields}
    return Answer(status=200, units=units, updates=updates, **known)


def again(session: str) -> Return:
    """Bring a unit back and evaluate what is left."""
    return Return(session=session, units=1, again=True)


def ordered(at: int, session: str, discount: int, number: int) -> Event:
    """The close of a session of three units, the customer's first or a later one."""
    told = Answer(status=200, state="closed", updates=1, units=3, codes=(), is_first=number == 1, closed=number,
                  sales=30 * number, discount=discount)  # fmt: skip
    return event(at, at + 1, Update(session=session, state="closed", units=3, profile="ann"), told)


#: C is taken by `a`, so `b` has D alone; then `a` gives C back.
REFUSED_BEFORE = [
    event(0, 1, close("a"), closed()),
    event(2, 3, Update(session="b", state="closed", units=3, codes=("C", "D")),
          closed(units=3, codes=("C", "D"), accepted=("D",), refused=(("C", "CouponLimitReached"),), discount=3)),
    event(4, 5, Update(session="a", state="cancelled"), CANCELLED),
]  # fmt: skip
ACCEPTED_AGAIN = event(
    6, 7, again("b"), returned(2, 2, codes=("C", "D"), accepted=("C",), discount=4, taken_back=3)
)
#: Another takes C as well, and then only one may have it.
TAKEN_BY_ANOTHER = [
    *REFUSED_BEFORE,
    ACCEPTED_AGAIN,
    event(8, 9, LimitCode(code="C", limit=2), Answer(status=200)),
    event(10, 11, close("c"), closed()),
    event(12, 13, LimitCode(code="C", limit=1), Answer(status=200)),
]
REFUSED_AGAIN = returned(1, 3, codes=("C", "D"), rolled_back=("C",), refused=(("C", "CouponLimitReached"),),
                         discount=1, taken_back=4)  # fmt: skip
RESERVED = Answer(status=200, state="closed", updates=1, units=2, codes=("C",), is_first=True, closed=1, sales=20,
                  accepted=("C",), discount=2, reserved=(("C", True),))  # fmt: skip
KEPT = returned(1, 2, codes=("C",), closed=1, sales=10, discount=1, taken_back=2)

NAME_TAKEN = Answer(status=409, problem="the name is taken")
NOT_CLOSED = Answer(status=400, problem="the session is not closed")
REOPENED = Answer(status=200, taken_back=2)
