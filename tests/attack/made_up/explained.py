"""Made-up histories that some order explains."""

import msgspec

from tests.attack.history import Answer, Event
from tests.attack.made_up.words import (
    ACCEPTED_AGAIN,
    BY_UNIT,
    CANCELLED,
    CARD,
    EVERYWHERE,
    FIRST,
    FREE,
    FREE_ITEMS,
    GIVEN,
    IN_PART,
    KEPT,
    LAST_OF_TWO,
    NAME_TAKEN,
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
    WRONG_CLOSE,
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
from tests.attack.operations import CountCode, EditCampaign, Greet, LimitCode, Recall, Reopen, Return, Update

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
