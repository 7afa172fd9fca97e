"""The checker itself: it accepts what some order explains and refuses made-up histories that no order does."""

from typing import Any

import msgspec
import pytest

from tests.attack.history import Answer, Event, told
from tests.attack.linearize import Budget, Undecided, explain, parts, shrink
from tests.attack.model import Model
from tests.attack.moments import apart
from tests.attack.offer import MOOD, POINTS, Code, Limit, Offer
from tests.attack.operations import (
    CountCode,
    CountSent,
    EditCampaign,
    Greet,
    GreetAll,
    LimitCode,
    Look,
    Operation,
    Recall,
    Reopen,
    Return,
    Track,
    Update,
)

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

#: Offer and history; some order explains each of them.
GOOD: dict[str, tuple[Offer, list[Event]]] = {
    "one of two wins": (ONCE, [event(0, 9, close("a"), REFUSED), event(1, 8, close("b"), closed())]),
    "given back in between": (
        ONCE,
        [
            event(0, 1, close("a"), closed()),
            event(2, 9, Update(session="a", state="cancelled"), CANCELLED),
            event(3, 8, close("b"), closed()),
        ],
    ),
    "taken by somebody who hung up": (ONCE, [event(0, None, close("a")), event(5, 6, close("b"), REFUSED)]),
    "hung up, and it never happened": (ONCE, [event(0, None, close("a")), event(5, 6, close("b"), closed())]),
    "the same key twice": (
        ONCE,
        [event(0, 9, close("a", key="k"), closed(), b"x"), event(1, 8, close("a", key="k"), closed(), b"x")],
    ),
    "the rest of a budget": (
        IN_PART,
        [event(0, 9, plain_close("a", 4), plainly_closed(4, 1)), event(1, 8, plain_close("b", 4), plainly_closed(4, 4))],
    ),
    "an edit in between": (
        ONCE,
        [
            event(0, 1, close("a"), closed()),
            event(2, 9, LimitCode(code="C", limit=2), Answer(status=200)),
            event(3, 8, close("b"), closed()),
        ],
    ),
    "switched off": (
        FREE,
        [
            event(0, 3, EditCampaign(is_running=False, limit=0), Answer(status=200)),
            event(4, 5, close("a"), closed(accepted=(), discount=0, refused=(("C", "CouponPartOfNotRunningCampaign"),))),
        ],
    ),
    "closed once": (ONCE, [event(0, 9, close("a"), closed()), event(0, 9, close("a"), WRONG_CLOSE)]),
    "units come back": (
        BY_UNIT,
        [
            event(0, 1, plain_close("a", 4), plainly_closed(4, 4)),
            event(2, 3, plain_close("b", 3), plainly_closed(3, 0)),
            event(4, 5, Return(session="a", units=2),
                  Answer(status=200, state="partially_returned", updates=2, units=2, codes=(), is_first=True, taken_back=2)),
            event(6, 7, plain_close("c", 3), plainly_closed(3, 3)),
        ],
    ),
    "refused, and given back before it closed": (
        ONCE,
        [
            event(0, 1, close("a"), closed()),
            event(2, 9, close("b", profile="ann"), msgspec.structs.replace(REFUSED, closed=1, sales=20)),
            event(3, 4, Update(session="a", state="cancelled"), CANCELLED),
            event(5, 6, Greet(profile="ann"), Answer(status=200, closed=0, sales=0)),
        ],
    ),
    "one of two events gets the last": (
        ON_EVENTS, [event(0, 9, track("e"), tracked()), event(1, 8, track("f", "bob"), tracked(GIVEN))]
    ),
    "one name, two events": (
        ON_EVENTS,
        [
            event(0, 9, track("e", is_named=True), NAME_TAKEN),
            event(1, 8, track("e", "bob", is_named=True), tracked(GIVEN)),
            event(9, 10, Recall(event="e"), Answer(status=200)),
        ],
    ),
    "tracked before its session was reopened": (
        ON_EVENTS,
        [
            event(0, 1, plain_close("a", 2), plainly_closed(2, 2)),
            event(2, 8, Reopen(session="a"), REOPENED),
            event(3, 9, track("e", is_named=True, connected="a"), tracked(GIVEN)),
        ],
    ),
    "tracked after he bought": (
        ONCE_BOUGHT,
        [
            event(0, 8, Update(session="a", state="closed", units=1, profile="ann"),
                  msgspec.structs.replace(plainly_closed(1, 1), closed=1, sales=10)),
            event(1, 9, track("e"), tracked(GIVEN, closed=1, sales=10)),
        ],
    ),
    "points of two events": (
        POINTED,
        [
            event(0, 9, track("e"), tracked((("points", 1),), attributes=((POINTS, 2),))),
            event(1, 8, track("f"), tracked((("points", 1),), attributes=((POINTS, 1),))),
        ],
    ),
    "a mood beside points": (
        POINTED,
        [
            event(0, 9, track("e"), tracked((("points", 1),), attributes=((MOOD, 7), (POINTS, 1)))),
            event(1, 8, Greet(profile="ann", mood=7), Answer(status=200, closed=0, sales=0, attributes=((MOOD, 7),))),
        ],
    ),
    "a request for each time that the rule passed": (
        SENDING,
        [
            event(0, 1, Update(session="a", units=1),
                  Answer(status=200, state="open", updates=1, units=1, codes=(), is_first=True, discount=1, extras=SENT)),
            event(2, 3, Update(session="a", state="closed"), msgspec.structs.replace(plainly_closed(1, 1), updates=2, extras=SENT)),
            sent(2, session="a"),
        ],
    ),
    "free items as far as there are": (
        FREE_ITEMS, [event(0, 9, plain_close("a", 3), free(3, 0)), event(1, 8, plain_close("b", 3), free(3, 3))]
    ),
    "refused at the close, accepted by a return": (TWO_CODES, [*REFUSED_BEFORE, ACCEPTED_AGAIN]),
    "refused once more for the reason of before": (TWO_CODES, [*TAKEN_BY_ANOTHER, event(14, 15, again("b"), REFUSED_AGAIN)]),
    "a reservation is told once": (
        RESERVING, [event(0, 1, close("a", profile="ann"), RESERVED), event(2, 3, again("a"), KEPT)]
    ),
    "a part of a first order comes back": (
        FIRST["closed"],
        [ordered(0, "a", 3, 1), event(2, 3, again("a"), returned(2, 2, closed=1, sales=20, discount=2, taken_back=3))],
    ),
    "a part of a first order comes back after the second": (
        FIRST["closed"],
        [
            ordered(0, "a", 3, 1),
            ordered(2, "b", 0, 2),
            event(4, 5, again("a"), returned(2, 2, closed=2, sales=50, taken_back=3)),
        ],
    ),
    "the flag of a first order stays after the second": (
        FIRST["flag"],
        [
            ordered(0, "a", 3, 1),
            ordered(2, "b", 0, 2),
            event(4, 5, again("a"), returned(2, 2, closed=2, sales=50, discount=2, taken_back=3)),
        ],
    ),
    "each of two codes was refused at a moment of its own": (
        TWO_SCARCE,
        [
            event(0, 20, close("b", codes=("C", "D")),
                  closed(codes=("C", "D"), accepted=(), discount=0,
                         refused=(("C", "CouponLimitReached"), ("D", "CouponLimitReached")))),
            event(1, 2, close("a"), closed()),
            event(3, 4, Update(session="a", state="cancelled"), CANCELLED),
            event(5, 6, close("c", codes=("D",)), closed(codes=("D",), accepted=("D",))),
        ],
    ),
    "of two reasons the later one is told": (
        LAST_OF_TWO,
        [
            event(0, 1, close("a", codes=("C", "D")), closed(codes=("C", "D"), accepted=("C", "D"), discount=4)),
            event(2, 3, close("b"), closed(accepted=(), discount=0, refused=(("C", "CampaignLimitReached"),))),
        ],
    ),
    "an offer counts what is written with it": (
        CARD,
        [
            event(0, 1, close("a", units=3), closed(3)),
            event(2, 9, Update(session="a", state="cancelled"),
                  msgspec.structs.replace(CANCELLED, units=3, taken_back=3)),
            event(2, 9, Update(session="b", units=9, codes=("C",)),
                  Answer(status=200, state="open", updates=1, units=9, codes=("C",), is_first=True, accepted=("C",), discount=5)),
            event(2, 9, close("c", units=4), closed(4, discount=2)),
            event(10, 11, CountCode(code="C"), Answer(status=200, counted=(("given", 2), ("uses", 1)))),
        ],
    ),
    "an update of a customer takes the last": (
        EVERYWHERE,
        [
            event(0, 9, Greet(profile="ann", runs_rules=True), tracked(GIVEN)),
            event(1, 8, plain_close("a", 1), plainly_closed(1, 1)),
        ],
    ),
}  # fmt: skip

#: Offer and history; no order explains any of them.
BAD: dict[str, tuple[Offer, list[Event]]] = {
    "oversold": (ONCE, [event(0, 9, close("a"), closed()), event(1, 8, close("b"), closed())]),
    "money oversold": (
        MONEY,
        [event(0, 9, plain_close("a", 4), plainly_closed(4, 4)), event(1, 8, plain_close("b", 4), plainly_closed(4, 4))],
    ),
    "refused without a reason": (ONCE, [event(0, 9, close("a"), REFUSED)]),
    "refused before the winner came": (
        ONCE,
        [event(0, 1, close("a"), REFUSED), event(2, 3, close("b"), closed())],
    ),
    "used although it was not given back yet": (
        ONCE,
        [
            event(0, 1, close("a"), closed()),
            event(2, 3, close("b"), closed()),
            event(4, 5, Update(session="a", state="cancelled"), CANCELLED),
        ],
    ),
    "refused after it was given back": (
        ONCE,
        [
            event(0, 1, close("a"), closed()),
            event(2, 3, Update(session="a", state="cancelled"), CANCELLED),
            event(4, 5, close("b"), REFUSED),
        ],
    ),
    "a lost update": (
        ONCE,
        [
            event(0, 9, Update(session="a", units=2),
                  Answer(status=200, state="open", updates=1, units=2, codes=(), is_first=True)),
            event(1, 8, Update(session="a", units=3),
                  Answer(status=200, state="open", updates=1, units=3, codes=(), is_first=True)),
        ],
    ),
    "closed twice": (ONCE, [event(0, 9, close("a"), closed()), event(0, 9, close("a"), closed(updates=2))]),
    "another answer for the same key": (
        ONCE,
        [event(0, 1, close("a", key="k"), closed(), b"x"), event(2, 3, close("a", key="k"), closed(), b"y")],
    ),
    "done again for the same key": (
        FREE,
        [
            event(0, 1, close("a"), closed(), b"x"),
            event(2, 3, Reopen(session="a", key="k"), Answer(status=200, rolled_back=("C",), taken_back=2), b"y"),
            event(4, 5, Reopen(session="a", key="k"), Answer(status=400, problem="…")),
        ],
    ),
    "a counter that lost one": (
        FREE,
        [
            event(0, 2, close("a"), closed()),
            event(1, 3, close("b"), closed()),
            event(4, 5, CountCode(code="C"), Answer(status=200, counted=(("uses", 1),))),
        ],
    ),
    "a stale reader": (
        ONCE,
        [
            event(0, 1, close("a"), closed()),
            event(2, 3, Look(session="a"), Answer(status=404)),
        ],
    ),
    "an internal error": (ONCE, [event(0, 1, close("a"), Answer(status=500, problem="internal error"))]),
    "too much of the rest": (
        IN_PART,
        [event(0, 9, plain_close("a", 4), plainly_closed(4, 2)), event(1, 8, plain_close("b", 4), plainly_closed(4, 4))],
    ),
    "more back than was given": (
        ONCE,
        [
            event(0, 1, close("a"), closed()),
            event(2, 3, Update(session="a", state="cancelled"), msgspec.structs.replace(CANCELLED, taken_back=4)),
        ],
    ),
    "refused, though it was given back before it was asked": (
        ONCE,
        [
            event(0, 1, close("a"), closed()),
            event(2, 3, Update(session="a", state="cancelled"), CANCELLED),
            event(4, 9, close("b", profile="ann"), msgspec.structs.replace(REFUSED, closed=1, sales=20)),
            event(5, 6, Greet(profile="ann"), Answer(status=200, closed=0, sales=0)),
        ],
    ),
    "two events got the last": (
        ON_EVENTS, [event(0, 9, track("e"), tracked(GIVEN)), event(1, 8, track("f", "bob"), tracked(GIVEN))]
    ),
    "an event got nothing though nobody took": (ON_EVENTS, [event(0, 9, track("e"), tracked())]),
    "one name, two events that count": (
        ON_EVENTS,
        [event(0, 9, track("e", is_named=True), tracked(GIVEN)), event(1, 8, track("e", "bob", is_named=True), tracked())],
    ),
    "a name is taken that nobody used": (ON_EVENTS, [event(0, 9, track("e", is_named=True), NAME_TAKEN)]),
    "an event that was lost": (
        ON_EVENTS,
        [event(0, 1, track("e", is_named=True), tracked(GIVEN)), event(2, 3, Recall(event="e"), Answer(status=404))],
    ),
    "tracked after its session was reopened": (
        ON_EVENTS,
        [
            event(0, 1, plain_close("a", 2), plainly_closed(2, 2)),
            event(2, 3, Reopen(session="a"), REOPENED),
            event(4, 9, track("e", is_named=True, connected="a"), tracked(GIVEN)),
        ],
    ),
    "tracked for a session that gave back only by being reopened": (
        EVERYWHERE,
        [
            event(0, 1, plain_close("a", 2), msgspec.structs.replace(plainly_closed(2, 2), extras=GIVEN)),
            event(2, 8, Reopen(session="a"), REOPENED),
            event(3, 9, track("e", is_named=True, connected="a"), tracked(GIVEN)),
        ],
    ),
    "not tracked for a session that is closed": (
        ON_EVENTS,
        [
            event(0, 1, plain_close("a", 2), plainly_closed(2, 2)),
            event(2, 3, track("e", is_named=True, connected="a"), NOT_CLOSED),
        ],
    ),
    "decided before he bought, told after": (
        ONCE_BOUGHT,
        [
            event(0, 8, Update(session="a", state="closed", units=1, profile="ann"),
                  msgspec.structs.replace(plainly_closed(1, 1), closed=1, sales=10)),
            event(1, 9, track("e"), tracked(closed=1, sales=10)),
        ],
    ),
    "a lost point": (
        POINTED,
        [
            event(0, 9, track("e"), tracked((("points", 1),), attributes=((POINTS, 1),))),
            event(1, 8, track("f"), tracked((("points", 1),), attributes=((POINTS, 1),))),
        ],
    ),
    "a mood that undid a point": (
        POINTED,
        [
            event(0, 9, track("e"), tracked((("points", 1),), attributes=((POINTS, 1),))),
            event(1, 8, Greet(profile="ann", mood=7), Answer(status=200, closed=0, sales=0, attributes=((MOOD, 7),))),
            event(10, 11, Greet(profile="ann"), Answer(status=200, closed=0, sales=0, attributes=((MOOD, 7),))),
        ],
    ),
    "half of an update of two": (
        POINTED,
        [
            event(0, 9, GreetAll(profiles=("ann", "bob"), mood=7), Answer(status=204)),
            event(1, 2, Greet(profile="ann"), Answer(status=200, closed=0, sales=0, attributes=((MOOD, 7),))),
            event(3, 4, Greet(profile="bob"), Answer(status=200, closed=0, sales=0)),
        ],
    ),
    "a request sent twice": (
        SENDING,
        [event(0, 1, track("e", key="k"), tracked(SENT), b"x"), event(2, 3, track("e", key="k"), tracked(SENT), b"x"),
         sent(2, event="e")],
    ),
    "a request that was never sent": (SENDING, [event(0, 1, track("e"), tracked(SENT)), sent(0, event="e")]),
    "a request without its budget": (
        SENDING, [event(0, 1, track("e"), tracked(SENT)), event(2, 3, track("f"), tracked(SENT))]
    ),
    "too many free items": (
        FREE_ITEMS, [event(0, 9, plain_close("a", 3), free(3, 3)), event(1, 8, plain_close("b", 3), free(3, 3))]
    ),
    "free items in part where it must be all": (
        FREE_ITEMS, [event(0, 9, plain_close("a", 3), free(3, 2)), event(1, 8, plain_close("b", 3), free(3, 3))]
    ),
    "a code twice": (
        CODES_OF_EVENTS,
        [event(0, 9, track("e"), tracked(created=("N",))), event(1, 8, track("f", "bob"), tracked(created=("O",)))],
    ),
    "refused once more and not told": (
        TWO_CODES, [*TAKEN_BY_ANOTHER, event(14, 15, again("b"), msgspec.structs.replace(REFUSED_AGAIN, refused=()))]
    ),
    "accepted by a return and not taken": (TWO_CODES, [*REFUSED_BEFORE, ACCEPTED_AGAIN, event(8, 9, close("c"), closed())]),
    "still refused though it came free": (
        TWO_CODES,
        [*REFUSED_BEFORE, event(6, 7, again("b"), returned(2, 2, codes=("C", "D"), discount=2, taken_back=3))],
    ),
    "refused for its own use": (
        TWO_CODES,
        [
            event(0, 1, close("a"), closed()),
            event(2, 3, again("a"),
                  returned(1, 2, codes=("C",), refused=(("C", "CouponLimitReached"),), rolled_back=("C",), taken_back=2)),
        ],
    ),
    "a reservation told twice": (
        RESERVING,
        [
            event(0, 1, close("a", profile="ann"), RESERVED),
            event(2, 3, again("a"), msgspec.structs.replace(KEPT, reserved=(("C", False),))),
        ],
    ),
    "a first order whose return sees its own close": (
        FIRST["closed"],
        [ordered(0, "a", 3, 1), event(2, 3, again("a"), returned(2, 2, closed=1, sales=20, taken_back=3))],
    ),
    "a first order whose return sees its own sales": (
        FIRST["sales"],
        [ordered(0, "a", 3, 1), event(2, 3, again("a"), returned(2, 2, closed=1, sales=20, taken_back=3))],
    ),
    "two first orders": (FIRST["flag"], [ordered(0, "a", 3, 1), ordered(0, "b", 3, 2)]),
    "a first order after the second, as if there were none": (
        FIRST["closed"],
        [
            ordered(0, "a", 3, 1),
            ordered(2, "b", 0, 2),
            event(4, 5, again("a"), returned(2, 2, closed=2, sales=50, discount=2, taken_back=3)),
        ],
    ),
    "the second of two codes was never taken": (
        TWO_SCARCE,
        [
            event(0, 20, close("b", codes=("C", "D")),
                  closed(codes=("C", "D"), accepted=(), discount=0,
                         refused=(("C", "CouponLimitReached"), ("D", "CouponLimitReached")))),
            event(1, 2, close("a"), closed()),
        ],
    ),
    "an offer of what nobody gives back": (
        CARD,
        [
            event(0, 1, close("a", units=3), closed(3)),
            event(2, 9, Update(session="b", units=9, codes=("C",)),
                  Answer(status=200, state="open", updates=1, units=9, codes=("C",), is_first=True, accepted=("C",), discount=5)),
            event(2, 9, close("c", units=4), closed(4, discount=2)),
        ],
    ),
    "an update of a customer without its budget": (
        EVERYWHERE,
        [
            event(0, 9, Greet(profile="ann", runs_rules=True), tracked(GIVEN)),
            event(1, 8, plain_close("a", 1), msgspec.structs.replace(plainly_closed(1, 1), extras=GIVEN)),
        ],
    ),
}  # fmt: skip


def explained(offer: Offer, events: list[Event]) -> bool:
    return explain(moments_of(offer, events), Model(offer).step, {}) is not None


def moments_of(offer: Offer, events: list[Event]) -> list[Event]:
    return [moment for each in events for moment in apart(offer, each)]


@pytest.mark.parametrize("name", GOOD)
def test_what_some_order_explains_is_accepted(name: str) -> None:
    assert explained(*GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_what_no_order_explains_is_refused(name: str) -> None:
    assert not explained(*BAD[name])


@pytest.mark.parametrize("name", BAD)
def test_a_smaller_history_is_still_unexplained_and_says_no_more(name: str) -> None:
    offer, events = BAD[name]
    events = moments_of(offer, events)
    smaller = shrink(events, Model(offer).step, {})
    assert explain(smaller, Model(offer).step, {}) is None
    assert len(smaller) <= len(events)


def test_shrinking_forgets_what_does_not_matter() -> None:
    offer, events = BAD["oversold"]
    bystanders = [event(20 + n, 30 + n, Look(session="a"), Answer(status=404)) for n in range(3)]
    smaller = shrink([*events, *bystanders], Model(offer).step, {})
    assert [each.answer for each in smaller] == [closed(), closed()]


def test_the_order_found_keeps_to_real_time() -> None:
    offer, events = GOOD["one of two wins"]
    order = explain(events, Model(offer).step, {})
    assert order is not None
    assert [each.operation.session for each in order] == ["b", "a"]


def test_a_search_without_end_is_given_up() -> None:
    offer, events = GOOD["one of two wins"]
    with pytest.raises(Undecided):
        explain(events, Model(offer).step, {}, Budget(1))


def test_the_same_request_without_an_answer_is_tried_once_in_each_place() -> None:
    """Else each of twenty repetitions could come first, and in every order of the others."""
    model = Model(ONCE)
    history = [event(at, None, close("s")) for at in range(20)]
    history += [event(at, at + 1, close(f"s{at}"), REFUSED) for at in range(30, 34)]
    assert explain(history, model.step, {}, Budget(500)) is not None
    history.append(event(40, 41, close("late"), closed()))
    assert explain(history, model.step, {}, Budget(500)) is None


def test_what_changes_nothing_takes_the_first_place_where_it_fits() -> None:
    """Else every set of ten writers could come before the readers."""
    model = Model(FREE)
    history = [event(at, 100, close(f"s{at}"), closed()) for at in range(10)]
    history += [event(at, 101, Look(session="s0"), Answer(status=404)) for at in range(10, 20)]
    assert explain(history, model.step, {}, Budget(50)) is not None


def test_an_unanswered_request_that_changes_nothing_is_not_tried() -> None:
    """Else each repetition of a request whose answer is kept could happen, or not, in all places."""
    model = Model(FREE)
    asked = close("s", key="k")
    history = [event(0, 1, asked, closed(), b"x")]
    history += [event(at, None, asked) for at in range(2, 12)]
    history += [event(at, 100, close(f"s{at}"), closed()) for at in range(20, 26)]
    history.append(event(101, 102, close("late"), REFUSED))
    assert explain(history, model.step, {}, Budget(500)) is None


def test_what_shares_nothing_is_checked_apart() -> None:
    offer = Offer(codes=(Code("C"),), limits=(Limit("redeemCoupon", 1, ("Profile",)),))
    first = Update(session="a", profile="ann")
    same, other = Update(session="b", profile="ann"), Update(session="c", profile="bob")
    listed = [event(0, 1, each, Answer(status=200)) for each in (first, other, same)]
    groups = parts(listed, Model(offer).touches)
    assert [[each.operation.session for each in group] for group in groups] == [["a", "b"], ["c"]]
    whole = parts(listed, Model(MONEY).touches)
    assert [len(group) for group in whole] == [3]


def test_what_an_open_session_is_told_of_its_customer_has_a_moment_of_its_own() -> None:
    """A close of the same customer falls between the two moments of the update; a closing session allows none."""
    offer = ONCE
    asked = Update(session="a", units=1, codes=("C",), profile="ann")
    told_early = Answer(status=200, state="open", updates=1, units=1, codes=("C",), is_first=True, closed=0, sales=0,
                        refused=(("C", "CouponLimitReached"),))  # fmt: skip
    other = event(1, 8, close("b", profile="ann"), closed(closed=1, sales=20))
    assert explained(offer, [event(0, 9, asked, told_early), other])
    closing = msgspec.structs.replace(asked, state="closed")
    late = msgspec.structs.replace(told_early, state="closed", closed=1, sales=10)
    assert not explained(offer, [event(0, 9, closing, late), other])


def test_an_event_is_told_in_one_line() -> None:
    line = told(event(1_500_000, 2_000_000, Look(session="a"), Answer(status=404)))
    assert line.split() == [
        "1.5",
        "→",
        "2.0",
        "ms",
        "client",
        "0",
        "Look(session='a')",
        "⇒",
        "Answer(status=404)",
    ]


@pytest.mark.parametrize(("limit", "is_explained"), [(1, True), (2, False)])
def test_codes_refused_beside_others_need_a_reason_at_some_moment(limit: int, is_explained: bool) -> None:
    offer = Offer(codes=(Code("C"), Code("D")), limits=(Limit("redeemCoupon", limit),))
    asked = Update(session="a", state="closed", units=2, codes=("C", "D"))
    answer = closed(codes=("C", "D"), refused=(("D", "CampaignLimitReached"),))
    assert explained(offer, [event(0, 9, asked, answer)]) is is_explained
