"""The checker itself: it accepts what some order explains and refuses made-up histories that no order does."""

import msgspec
import pytest

from tests.attack.history import Answer, Event, told
from tests.attack.linearize import Budget, Undecided, explain, parts, shrink
from tests.attack.made_up.explained import GOOD
from tests.attack.made_up.unexplained import BAD
from tests.attack.made_up.words import (
    FREE,
    MONEY,
    ONCE,
    REFUSED,
    SENDING,
    close,
    closed,
    event,
    track,
    tracked,
)
from tests.attack.model import Model
from tests.attack.moments import apart
from tests.attack.offer import Code, Limit, Offer
from tests.attack.operations import CountSent, Look, Update


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
    order = explain(history, model.step, {}, Budget(500)) or []
    assert [each for each in order if each.answer] == history[20:]
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


@pytest.mark.parametrize(("counted", "is_explained"), [(1, True), (0, False)])
def test_what_was_counted_in_the_end_is_known_from_the_start(counted: int, is_explained: bool) -> None:
    """Else each of ten events that tell nothing could have been the one that got the last of the budget."""
    names = [f"e{number}" for number in range(10)]
    history = [event(at, 50, track(name, key=name, is_silent=True), Answer(status=204), b"x")
               for at, name in enumerate(names)]  # fmt: skip
    history += [
        event(60 + at, 70 + at, track(f"late{at}", key=f"late{at}"), tracked(), b"x") for at in range(5)
    ]
    counts = dict.fromkeys(names, 0) | {"e7": counted}
    history += [
        event(80 + at, 90 + at, CountSent(event=name), Answer(status=200, counted=(("sent", number),)))
        for at, (name, number) in enumerate(counts.items())
    ]
    found = explain(history, Model(SENDING, counts).step, {}, Budget(100))
    assert (found is not None) is is_explained


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
