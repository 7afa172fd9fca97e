"""Returns in the sequential model: units come back, and what is left may be evaluated again.

Written from the description of the API (behaviour/returns 1, 2, 3, 4, 5) and from the decision on what a return gives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from tests.attack.customers import bought
from tests.attack.evaluate import evaluate
from tests.attack.extras import deliver, shown
from tests.attack.gift import Discount, Gift, move, reservation, total
from tests.attack.history import Answer
from tests.attack.linearize import World
from tests.attack.offer import PRICE, Offer
from tests.attack.operations import Return, Unguarded
from tests.attack.session import Session, reserve, seen, wrong_move

#: Reasons that are told with figures: the same reason with other figures is told again.
_TOLD_WITH_FIGURES = {"CouponRejectedByCondition", "EffectCouldNotBeApplied"}


def bring_back(world: World, offer: Offer, operation: Return, answer: Answer | None) -> tuple[World, Answer]:
    """Units come back, with what was given for each of them."""
    session: Session | None = world.get(("session", operation.session))
    if session is None:
        return world, Answer(status=404)
    if session.state not in ("closed", "partially_returned"):
        return world, wrong_move("partially_returned", session.state)
    if not 0 < operation.units <= len(session.left):
        return world, Answer(status=400, problem="units")
    gone = session.left[: operation.units]
    for take in session.takes:
        if take.unit in gone:
            move(world, take, -1)
    if session.profile is not None:
        closed, sales = bought(world, session.profile)
        world["profile", session.profile] = (closed, sales - operation.units * PRICE)
    after = msgspec.structs.replace(
        session,
        state="partially_returned",
        updates=session.updates + 1,
        returned=session.returned + operation.units,
        takes=tuple(take for take in session.takes if take.unit not in gone),
        discounts=tuple(discount for discount in session.discounts if discount.unit not in gone),
    )
    back = total(session.discounts) - total(after.discounts)
    if operation.again and offer.reevaluates and session.was_given_something:
        return _again(world, offer, operation, after, back, answer)
    world["session", operation.session] = after
    return world, seen(world, after, taken_back=back)


def _again(
    world: World, offer: Offer, operation: Return, session: Session, back: int, answer: Answer | None
) -> tuple[World, Answer]:
    """Evaluate what is left as if it closed now. What comes out as it was stays, with what it took; the rest goes back."""
    asker = session.asker(operation, _bought_beside(world, session))
    without = _lacking(session, operation.apart, answer)
    gift = evaluate(_without_own_use(world, session), offer, asker, session.codes, session.left, without)
    gift = msgspec.structs.replace(gift, refused=gift.refused + without.codes)
    came_out = {take.of for take in gift.takes} | {reservation(code) for code, _ in gift.reserved}
    had = {take.of for take in session.takes}
    kept = tuple(take for take in session.takes if take.is_final or take.of in came_out)
    taken = tuple(take for take in gift.takes if take.of not in had)
    for take in session.takes:
        if take not in kept:
            move(world, take, -1)
    for take in taken:
        move(world, take, 1)
    new = _beyond(gift, session, answer)
    reserve(world, session, new.reserved)
    deliver(world, new, asker)
    after = msgspec.structs.replace(
        session,
        takes=kept + taken,
        discounts=gift.discounts,
        refused=gift.refused,
        reserved=(*_still_told(session, gift), *new.reserved),
        extras=shown(gift),
    )
    world["session", operation.session] = after
    return world, seen(
        world,
        after,
        accepted=tuple(sorted(new.accepted)),
        refused=tuple(sorted(new.refused)),
        discount=new.discount,
        reserved=new.reserved,
        rolled_back=tuple(sorted(set(session.redeemed) - set(gift.accepted))),
        taken_back=back + total(_more(session.discounts, gift.discounts)),
        extras=shown(new),
    )


def _bought_beside(world: World, session: Session) -> tuple[int, int]:
    """What the customer has bought beside this session."""
    if session.profile is None:
        return 0, 0
    closed, sales = bought(world, session.profile)
    return closed - 1, sales - len(session.left) * PRICE


def _without_own_use(world: World, session: Session) -> World:
    """The world without what the session took and would take again; codes and reservations are made once."""
    before = dict(world)
    for take in session.takes:
        if not (take.is_final or take.at_once):
            move(before, take, -1)
    return before


def _lacking(session: Session, asked: Unguarded, answer: Answer | None) -> Unguarded:
    """What is missing when it was refused at another moment; codes that the answer does not speak of stay as they were."""
    if answer is None or asked == Unguarded():
        return asked
    codes, undecided = asked.codes, asked.undecided
    if asked.has_old_refusals:
        accepted = {*session.redeemed, *answer.accepted} - set(answer.rolled_back)
        reasons = {**dict(session.refused), **dict(answer.refused)}
        named = dict.fromkeys((*session.codes, *([session.referral] if session.referral else [])))
        undecided = (undecided[0], reasons.get(undecided[0], ""))
        codes = tuple(
            (code, reasons.get(code, "")) for code in named if code not in {*accepted, undecided[0]}
        )
    return Unguarded(
        codes=codes,
        has_no_discount=asked.has_no_discount and not session.discounts,
        has_no_extras=asked.has_no_extras and not session.extras,
        undecided=undecided,
    )


def _beyond(gift: Gift, session: Session, answer: Answer | None) -> Gift:
    """What is told: all that the session did not have.

    The attribute is set to another value each time, as the rule adds to the one that is there.
    """
    had = {**dict(session.extras), "points": 0}
    held = {code for code, _ in session.reserved}
    repeated = {pair for pair in (answer.refused if answer else ()) if pair[1] in _TOLD_WITH_FIGURES}
    return Gift(
        accepted=tuple(code for code in gift.accepted if code not in session.redeemed),
        refused=tuple(pair for pair in gift.refused if pair not in session.refused or pair in repeated),
        discounts=tuple(_more(gift.discounts, session.discounts)),
        reserved=tuple((code, is_new) for code, is_new in gift.reserved if code not in held),
        extras=tuple((action, max(number - had.get(action, 0), 0)) for action, number in gift.extras),
    )


def _more(discounts: Iterable[Discount], than: Iterable[Discount]) -> Iterator[Discount]:
    """Discounts that are among the first only; each stands for one of the others."""
    return (Counter(discounts) - Counter(than)).elements()


def _still_told(session: Session, gift: Gift) -> Iterator[tuple[str, bool]]:
    """Reservations that were told and stay; one that the session made, and would not make now, is undone."""
    now = {code for code, _ in gift.reserved}
    return ((code, is_own) for code, is_own in session.reserved if code in now or not is_own)
