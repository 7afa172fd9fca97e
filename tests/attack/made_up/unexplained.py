"""Made-up histories that no order explains."""

import msgspec

from tests.attack.history import Answer, Event
from tests.attack.made_up.words import (
    ACCEPTED_AGAIN,
    CANCELLED,
    CARD,
    CODES_OF_EVENTS,
    EVERYWHERE,
    FIRST,
    FREE,
    FREE_ITEMS,
    GIVEN,
    IN_PART,
    KEPT,
    MONEY,
    NAME_TAKEN,
    NOT_CLOSED,
    ON_EVENTS,
    ONCE,
    ONCE_BOUGHT,
    POINTED,
    REFUSED,
    REFUSED_AGAIN,
    REFUSED_BEFORE,
    REOPENED,
    RESERVED,
    RESERVING,
    SENDING,
    SENT,
    TAKEN_BY_ANOTHER,
    TWO_CODES,
    TWO_SCARCE,
    again,
    close,
    closed,
    event,
    free,
    ordered,
    plain_close,
    plainly_closed,
    returned,
    sent,
    track,
    tracked,
)
from tests.attack.offer import MOOD, POINTS, Offer
from tests.attack.operations import CountCode, Greet, GreetAll, Look, Recall, Reopen, Update

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
