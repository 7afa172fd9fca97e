"""The sequential model: one operation after the other on a small world, and the answer each must get.

The world is a flat dictionary: sessions, customers, how far counters are, answers kept for idempotency keys, and what
was changed about the campaign. It knows nothing of batches, versions or tables.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import msgspec

from tests.attack.counting import counted
from tests.attack.customers import gift_of, greet, greet_all, recall, track
from tests.attack.evaluate import evaluate
from tests.attack.extras import attributes, deliver, shown
from tests.attack.gift import Gift, Take, move
from tests.attack.history import Answer, Event
from tests.attack.linearize import World
from tests.attack.meters import Asker
from tests.attack.offer import PRICE, Offer
from tests.attack.operations import (
    CountBudget,
    CountReferral,
    EditCampaign,
    Glimpse,
    Greet,
    GreetAll,
    LimitCode,
    Look,
    Missing,
    Operation,
    Recall,
    Refusal,
    Reopen,
    Reserve,
    Return,
    Track,
    Update,
)


class Session(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """A session of the world; ``takes``, ``discounts`` and ``extras`` are what it has in force."""

    state: str = "open"
    updates: int = 0
    units: int = 0
    returned: int = 0
    is_first: bool = True
    codes: tuple[str, ...] = ()
    profile: str | None = None
    identifiers: tuple[str, ...] = ()
    store: str | None = None
    referral: str | None = None
    takes: tuple[Take, ...] = ()
    discounts: tuple[tuple[int | None, int], ...] = ()
    created: tuple[str, ...] = ()
    extras: tuple[tuple[str, int], ...] = ()

    @property
    def left(self) -> int:
        """Units that were not returned."""
        return self.units - self.returned

    @property
    def redeemed(self) -> tuple[str, ...]:
        """Codes that it used, in their order."""
        return tuple(take.meter[1] for take in self.takes if take.meter[0] in ("code", "referral"))


class Model:
    """The model of one offer."""

    def __init__(self, offer: Offer) -> None:
        self.offer = offer

    def step(self, world: World, event: Event) -> World | None:
        """The world after an event, or None when its answer is not the one it must get."""
        operation, answer = event.operation, event.answer
        name = ("answer", operation.scope(), operation.key) if operation.key else None
        if name is not None and name in world:
            return self._replayed(world, name, event)
        after, expected = self.run(dict(world), operation, answer)
        if answer is not None and not _is_same(operation, expected, answer):
            return None
        if name is not None and expected.status < 300:
            after[name] = (expected, event.body if answer is not None else None)
        return after

    def _replayed(self, world: World, name: Hashable, event: Event) -> World | None:
        """A request whose answer is kept gets it again, byte by byte, and nothing changes."""
        kept, body = world[name]
        if event.answer is None:
            return world
        if event.answer != kept or body not in (None, event.body):
            return None
        return {**world, name: (kept, event.body)}

    def run(self, world: World, operation: Operation, answer: Answer | None = None) -> tuple[World, Answer]:
        """Change the world as an operation does, and say what it answers. ``answer`` tells what the model cannot know:
        which codes were created."""
        match operation:
            case Update():
                return self._update(world, operation, answer)
            case Return():
                return self._return(world, operation)
            case Reopen():
                return self._reopen(world, operation)
            case Look():
                return world, self._look(world, operation)
            case Glimpse():
                return world, _glimpse(world, operation)
            case Refusal():
                return world, self._refusal(world, operation)
            case Track():
                return track(world, self.offer, operation, answer)
            case Recall():
                return world, recall(world, operation)
            case Greet():
                return greet(world, self.offer, operation, answer)
            case GreetAll():
                return greet_all(world, operation)
            case Reserve():
                name = ("reserved", operation.code)
                world[name] = world.get(name, frozenset()) | frozenset(operation.profiles)
                return world, Answer(status=201)
            case LimitCode():
                world["usage limit", operation.code] = operation.limit
                return world, Answer(status=200)
            case EditCampaign():
                world["running",], world["most",] = operation.is_running, operation.limit
                return world, Answer(status=200)
        return world, Answer(status=200, counted=counted(world, self.offer, operation))

    def touches(self, event: Event) -> Iterator[Hashable]:
        """What an event shares with others; events that share nothing are checked apart."""
        operation, offer = event.operation, self.offer
        if isinstance(operation, EditCampaign | CountBudget) or offer.creates or self._is_about_all():
            yield "all"
        if isinstance(operation, Refusal):
            yield from self.touches(msgspec.structs.replace(event, operation=operation.of))
            return
        for field, kind in (
            ("session", "session"),
            ("connected", "session"),
            ("event", "event"),
            ("profile", "profile"),
            ("store", "store"),
            ("code", "code"),
            ("referral", "referral"),
        ):
            if value := getattr(operation, field, None):
                yield kind, value
        if isinstance(operation, CountReferral):
            yield "referral", operation.code
        for code in getattr(operation, "codes", None) or ():
            yield "code", code
        for profile in getattr(operation, "profiles", ()):
            yield "profile", profile
        if offer.has_entity("Identifier"):
            for identifier in getattr(operation, "identifiers", None) or ():
                yield "identifier", identifier

    def _is_about_all(self) -> bool:
        """Whether one counter is for everybody: a limit of nothing narrower than the campaign."""
        own = {"Profile", "Session", "Store", "Identifier", "Coupon", "Referral"}
        return any(not own & set(limit.entities) for limit in self.offer.limits)

    # Sessions

    def _update(self, world: World, operation: Update, answer: Answer | None) -> tuple[World, Answer]:
        name = ("session", operation.session)
        stored: Session | None = world.get(name)
        state = stored.state if stored is not None else "new"
        if state not in ("new", "open"):
            if operation.state == "cancelled" and state != "cancelled":
                assert stored is not None
                return self._undo(world, operation, stored, "cancelled")
            return world, _wrong(operation.state, state)
        if state == "new" and operation.state == "cancelled":
            return world, _wrong("cancelled", "new")
        session = _merged(stored or Session(), operation)
        closed, sales = world.get(("profile", session.profile), (0, 0))
        is_first = session.profile is None or closed == 0
        if operation.state == "open" and answer is not None and answer.is_first is not None:
            is_first = answer.is_first
        session = msgspec.structs.replace(session, is_first=is_first)
        gift = Gift()
        if operation.state != "cancelled":
            asker = _asker(operation, session)
            gift = evaluate(world, self.offer, asker, session.codes, session.units, operation.without)
            gift = msgspec.structs.replace(gift, refused=gift.refused + operation.without.codes)
        created = _created(operation, session, gift, answer)
        session = self._taken(world, operation, session, gift, created)
        deliver(world, gift, _asker(operation, session))
        if operation.state == "closed":
            closed, sales = closed + 1, sales + session.units * PRICE
        if session.profile is not None:
            world["profile", session.profile] = (closed, sales)
        world[name] = session
        return world, _seen(
            world,
            session,
            accepted=tuple(sorted(gift.accepted)),
            refused=tuple(sorted(gift.refused)),
            discount=gift.discount,
            reserved=gift.reserved,
            created=created,
            extras=shown(gift),
        )

    def _refusal(self, world: World, operation: Refusal) -> Answer:
        """What would be missing if it happened now; once the session is closed that is no question."""
        asked = operation.of
        closed = sales = None
        if isinstance(asked, Update):
            stored: Session = world.get(("session", asked.session)) or Session()
            if stored.state != "open":
                return _wrong("closed", stored.state)
            session = _merged(stored, asked)
            gift = evaluate(
                world, self.offer, _asker(asked, session), session.codes, session.units, Missing()
            )
        else:
            assert isinstance(asked, Track | Greet)
            gift = gift_of(world, self.offer, asked)
            closed, sales = world.get(("profile", asked.profile), (0, 0))
        return Answer(
            status=200,
            refused=tuple(sorted(gift.refused)),
            discount=gift.discount if asked.without.has_no_discount else 0,
            extras=gift.extras if asked.without.has_no_extras else (),
            closed=closed,
            sales=sales,
        )

    def _taken(
        self, world: World, operation: Update, session: Session, gift: Gift, created: tuple[str, ...]
    ) -> Session:
        """The session with what it has in force; counters move when it closes, those of reservations at once."""
        for take in gift.takes:
            if operation.state == "closed" or take.at_once:
                move(world, take, 1)
        for code, is_new in gift.reserved:
            if is_new:
                name = ("reserved", code)
                world[name] = world.get(name, frozenset()) | {session.profile}
        if created and not session.created:
            world["created",] = world.get(("created",), ()) + created
        is_closing = operation.state == "closed"
        kept = tuple(take for take in gift.takes if is_closing or take.at_once)
        held = tuple(take for take in session.takes if take.at_once or take.is_final)
        return msgspec.structs.replace(
            session,
            updates=session.updates + 1,
            state=operation.state,
            takes=held + kept,
            discounts=gift.discounts,
            created=session.created or created,
            extras=shown(gift) if is_closing else (),
        )

    def _undo(self, world: World, operation: Operation, session: Session, state: str) -> tuple[World, Answer]:
        """Cancel or reopen: all goes back but what is final."""
        back = [take for take in session.takes if not take.is_final]
        for take in back:
            move(world, take, -1)
        if session.profile is not None:
            closed, sales = world["profile", session.profile]
            world["profile", session.profile] = (closed - 1, sales - session.left * PRICE)
        after = msgspec.structs.replace(
            session,
            state=state,
            updates=session.updates + 1,
            takes=tuple(take for take in session.takes if take.is_final),
            discounts=(),
            extras=(),
        )
        world["session", operation.session] = after
        undone = {
            "rolled_back": tuple(sorted(session.redeemed)),
            "taken_back": sum(a for _, a in session.discounts),
        }
        return world, _seen(world, after, **undone)

    def _reopen(self, world: World, operation: Operation) -> tuple[World, Answer]:
        session: Session | None = world.get(("session", operation.session))
        if session is None:
            return world, Answer(status=404)
        if session.state != "closed":
            return world, _wrong("open", session.state)
        after, answer = self._undo(world, operation, session, "open")
        return after, Answer(status=200, rolled_back=answer.rolled_back, taken_back=answer.taken_back)

    def _return(self, world: World, operation: Return) -> tuple[World, Answer]:
        session: Session | None = world.get(("session", operation.session))
        if session is None:
            return world, Answer(status=404)
        if session.state not in ("closed", "partially_returned"):
            return world, _wrong("partially_returned", session.state)
        if not 0 < operation.units <= session.left:
            return world, Answer(status=400, problem="units")
        gone = range(session.returned, session.returned + operation.units)
        for take in session.takes:
            if take.unit in gone:
                move(world, take, -1)
        if session.profile is not None:
            closed, sales = world["profile", session.profile]
            world["profile", session.profile] = (closed, sales - operation.units * PRICE)
        after = msgspec.structs.replace(
            session,
            state="partially_returned",
            updates=session.updates + 1,
            returned=session.returned + operation.units,
            takes=tuple(take for take in session.takes if take.unit not in gone),
            discounts=tuple((unit, amount) for unit, amount in session.discounts if unit not in gone),
        )
        world["session", operation.session] = after
        back = sum(amount for unit, amount in session.discounts if unit in gone)
        if (
            operation.again
            and self.offer.reevaluates
            and (session.takes or session.discounts or session.extras)
        ):
            return self._again(world, operation, after)
        return world, _seen(world, after, taken_back=back)

    def _again(self, world: World, operation: Return, session: Session) -> tuple[World, Answer]:
        """All that is not final is taken back and given anew for what is left; its own use does not count."""
        for take in session.takes:
            if not take.is_final:
                move(world, take, -1)
        gift = evaluate(world, self.offer, _asker(operation, session), session.codes, session.left, Missing())
        for take in gift.takes:
            move(world, take, 1)
        final = tuple(take for take in session.takes if take.is_final)
        after = msgspec.structs.replace(
            session, takes=final + gift.takes, discounts=gift.discounts, extras=shown(gift)
        )
        world["session", operation.session] = after
        back = sum(amount for _, amount in session.discounts)
        new = _beyond(gift, session)
        deliver(world, new, _asker(operation, session))
        return world, _seen(world, after, taken_back=back, discount=gift.discount, extras=shown(new))

    def _look(self, world: World, operation: Look) -> Answer:
        session: Session | None = world.get(("session", operation.session))
        if session is None:
            return Answer(status=404)
        seen = _seen(world, session, discount=sum(amount for _, amount in session.discounts))
        return msgspec.structs.replace(seen, closed=None, sales=None, attributes=())


def _is_same(operation: Operation, expected: Answer, answer: Answer) -> bool:
    """Whether an answer is the expected one; what an open session is told of its customer has a moment of its own."""
    if isinstance(operation, Update) and operation.state == "open" and expected.status == 200:
        expected = msgspec.structs.replace(
            expected, closed=answer.closed, sales=answer.sales, attributes=answer.attributes
        )
    return expected == answer


def _merged(stored: Session, operation: Update) -> Session:
    """The session with what the request brings; what it does not bring stays."""
    names = ("units", "codes", "profile", "identifiers", "store", "referral")
    brought: dict[str, Any] = {name: getattr(operation, name) for name in names}
    return msgspec.structs.replace(
        stored, **{name: each for name, each in brought.items() if each is not None}
    )


def _glimpse(world: World, operation: Glimpse) -> Answer:
    """What the customer of a session has bought by now."""
    stored: Session | None = world.get(("session", operation.session))
    profile = operation.profile or (stored.profile if stored is not None else None)
    if profile is None:
        return Answer(status=200, is_first=True)
    closed, sales = world.get(("profile", profile), (0, 0))
    return Answer(status=200, is_first=closed == 0, closed=closed, sales=sales,
                  attributes=attributes(world, profile))  # fmt: skip


def _asker(operation: Operation, session: Session) -> Asker:
    return Asker(
        session=operation.session,
        profile=session.profile,
        identifiers=session.identifiers,
        store=session.store,
        referral=session.referral,
        has_created=bool(session.created),
        day=operation.day,
    )


def _wrong(wanted: str, state: str) -> Answer:
    return Answer(status=400, problem=f'Cannot move session to state "{wanted}" from state "{state}"')


def _seen(world: World, session: Session, **more: Any) -> Answer:
    closed, sales = world.get(("profile", session.profile), (None, None))
    return Answer(
        status=200,
        state=session.state,
        updates=session.updates,
        units=session.left,
        codes=session.codes,
        is_first=session.is_first,
        closed=closed,
        sales=sales,
        attributes=attributes(world, session.profile),
        **more,
    )


def _beyond(gift: Gift, session: Session) -> Gift:
    """The extras that a session did not have before; what comes out as it was stays and is not told again.

    The attribute is set to another value each time, as the rule adds to the one that is there.
    """
    had = {**dict(session.extras), "points": 0}
    return Gift(extras=tuple((action, max(number - had.get(action, 0), 0)) for action, number in gift.extras))


def _created(operation: Update, session: Session, gift: Gift, answer: Answer | None) -> tuple[str, ...]:
    """The code that a close creates, named as the answer names it; closed once more the session is told it again."""
    if operation.state != "closed" or not gift.creates:
        return ()
    if session.created:
        return session.created
    if answer is None:
        return (f"unknown code of {operation.session}",)
    return answer.created if len(answer.created) == 1 else ("a code",)
