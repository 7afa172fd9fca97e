"""The sequential model: one operation after the other on a small world, and the answer each must get.

The world is a flat dictionary: sessions, customers, how far counters are, answers kept for idempotency keys, and what
was changed about the campaign. It knows nothing of batches, versions or tables.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import msgspec

from tests.attack.counting import counted
from tests.attack.customers import bought, greet, greet_all, recall, track
from tests.attack.evaluate import as_offered, evaluate
from tests.attack.extras import attributes, deliver, shown
from tests.attack.gift import Gift, move, total
from tests.attack.history import Answer, Event
from tests.attack.linearize import World
from tests.attack.offer import PRICE, Offer
from tests.attack.operations import (
    CountBudget,
    CountReferral,
    Decision,
    EditCampaign,
    EditStores,
    ExpireCode,
    Glimpse,
    Greet,
    GreetAll,
    LimitCode,
    Look,
    Operation,
    Recall,
    Reopen,
    Reserve,
    Return,
    Track,
    Unguarded,
    Update,
)
from tests.attack.returns import bring_back
from tests.attack.session import Session, reserve, seen, wrong_move
from tests.attack.unguarded import with_decision


class Model:
    """The model of one offer.

    ``sent`` is how many requests to other systems each event came to in the end. What was sent is never taken back, so a search that
    knows it need not try who got the last of a budget when no answer tells.
    """

    def __init__(self, offer: Offer, sent: Mapping[str, int] | None = None) -> None:
        self.offer = offer
        self._sent = sent or {}

    def step(self, world: World, event: Event) -> World | None:
        """The world after an event, or None when its answer is not the one it must get."""
        operation, answer = event.operation, event.answer
        name = ("answer", operation.scope(), operation.key) if operation.key else None
        if name is not None and name in world:
            return self._replayed(world, name, event)
        after, expected = self.run(dict(world), operation, answer)
        if answer is not None and not _is_same(operation, expected, answer):
            return None
        if isinstance(operation, Track) and expected.status < 300 and not self._fits(after, operation):
            return None
        if name is not None and expected.status < 300:
            after[name] = (expected, event.body if answer is not None else None)
        return after

    def _fits(self, world: World, operation: Track) -> bool:
        """Whether what an event sent leads to what was counted in the end; with a key it happens once."""
        most = self._sent.get(operation.event)
        sent = world.get(("sent", operation.event), 0)
        return most is None or (sent == most if operation.key else sent <= most)

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
                return bring_back(world, self.offer, operation, answer)
            case Reopen():
                return self._reopen(world, operation)
            case Look():
                return world, self._look(world, operation)
            case Glimpse():
                return world, _glimpse(world, operation)
            case Decision():
                found = None if answer is None else self._decision(dict(world), operation, answer)
                return world, found or Answer(status=200)
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
            case ExpireCode():
                world["expired", operation.code] = operation.is_expired
                return world, Answer(status=200)
            case EditCampaign():
                world["running",], world["most",] = operation.is_running, operation.limit
                return world, Answer(status=200)
            case EditStores():
                world["most of a store",] = operation.limit
                return world, Answer(status=200)
        return world, Answer(status=200, counted=counted(world, self.offer, operation))

    def touches(self, event: Event) -> Iterator[Hashable]:
        """What an event shares with others; events that share nothing are checked apart."""
        operation, offer = event.operation, self.offer
        if (
            isinstance(operation, EditCampaign | EditStores | CountBudget)
            or offer.creates
            or self._is_about_all()
        ):
            yield "all"
        if isinstance(operation, Decision):
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
        """Whether everybody shares something: a limit of nothing narrower than the campaign, or the edits of limits."""
        if self.offer.is_edited:
            return True
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
            return world, wrong_move(operation.state, state)
        if state == "new" and operation.state == "cancelled":
            return world, wrong_move("cancelled", "new")
        session = _merged(stored or Session(), operation)
        closed, sales = figures = bought(world, session.profile)
        if operation.state == "open" and answer is not None and answer.closed is not None:
            assert answer.sales is not None
            figures = answer.closed, answer.sales
        session = msgspec.structs.replace(session, is_first=figures[0] == 0)
        asker = session.asker(operation, figures)
        gift = Gift()
        if operation.apart.is_offer and answer is not None:
            gift = as_offered(world, self.offer, asker, answer)
        elif operation.state != "cancelled":
            gift = evaluate(world, self.offer, asker, session.codes, session.left, operation.apart)
            gift = msgspec.structs.replace(gift, refused=gift.refused + operation.apart.codes)
        created = _created(operation, session, gift, answer)
        session = self._taken(world, operation, session, gift, created)
        deliver(world, gift, asker)
        if operation.state == "closed":
            closed, sales = closed + 1, sales + session.units * PRICE
        if session.profile is not None:
            world["profile", session.profile] = (closed, sales)
        world[name] = session
        return world, seen(
            world,
            session,
            accepted=tuple(sorted(gift.accepted)),
            refused=tuple(sorted(gift.refused)),
            discount=gift.discount,
            reserved=gift.reserved,
            created=created,
            extras=shown(gift),
        )

    def _decision(self, world: World, operation: Decision, told: Answer) -> Answer:
        """What would be told of one thing if it happened now: all else as it was told, for the customer as he was then."""
        part = operation.of.apart
        if operation.bought is not None:
            world["profile", _customer(world, operation.of)] = operation.bought
        asked = msgspec.structs.replace(
            operation.of,
            apart=Unguarded(
                codes=tuple(pair for pair in part.codes if pair[0] != operation.code),
                has_old_refusals=part.has_old_refusals,
                undecided=(operation.code, dict(part.codes).get(operation.code, "")),
            ),
        )
        _, would = self.run(world, asked, told)
        return with_decision(told, would, operation)

    def _taken(
        self, world: World, operation: Update, session: Session, gift: Gift, created: tuple[str, ...]
    ) -> Session:
        """The session with what it has in force; counters move when it closes, those of reservations at once."""
        for take in gift.takes:
            if operation.state == "closed" or take.at_once:
                move(world, take, 1)
        reserve(world, session, gift.reserved)
        if created and not session.created:
            world["created",] = world.get(("created",), ()) + created
        is_closing = operation.state == "closed"
        kept = tuple(take for take in gift.takes if is_closing or take.at_once)
        held = tuple(take for take in session.takes if take.at_once or take.is_final)
        made = tuple((code, is_own) for code, is_own in session.reserved if is_own)
        return msgspec.structs.replace(
            session,
            updates=session.updates + 1,
            state=operation.state,
            takes=held + kept,
            discounts=gift.discounts,
            refused=gift.refused,
            reserved=made + gift.reserved,
            created=session.created or created,
            extras=shown(gift) if is_closing else (),
        )

    def _undo(self, world: World, operation: Operation, session: Session, state: str) -> tuple[World, Answer]:
        """Cancel or reopen: all goes back but what is final."""
        back = [take for take in session.takes if not take.is_final]
        for take in back:
            move(world, take, -1)
        if session.profile is not None:
            closed, sales = bought(world, session.profile)
            world["profile", session.profile] = (closed - 1, sales - len(session.left) * PRICE)
        after = msgspec.structs.replace(
            session,
            state=state,
            updates=session.updates + 1,
            takes=tuple(take for take in session.takes if take.is_final),
            discounts=(),
            refused=(),
            reserved=(),
            extras=(),
        )
        world["session", operation.session] = after
        undone = {
            "rolled_back": tuple(sorted(session.redeemed)),
            "taken_back": total(session.discounts),
        }
        return world, seen(world, after, **undone)

    def _reopen(self, world: World, operation: Operation) -> tuple[World, Answer]:
        session: Session | None = world.get(("session", operation.session))
        if session is None:
            return world, Answer(status=404)
        if session.state != "closed":
            return world, wrong_move("open", session.state)
        after, answer = self._undo(world, operation, session, "open")
        return after, Answer(status=200, rolled_back=answer.rolled_back, taken_back=answer.taken_back)

    def _look(self, world: World, operation: Look) -> Answer:
        session: Session | None = world.get(("session", operation.session))
        if session is None:
            return Answer(status=404)
        whole = seen(world, session, discount=total(session.discounts))
        return msgspec.structs.replace(whole, closed=None, sales=None, attributes=())


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
    profile = _customer(world, operation)
    if profile is None:
        return Answer(status=200, is_first=True)
    closed, sales = bought(world, profile)
    return Answer(status=200, is_first=closed == 0, closed=closed, sales=sales,
                  attributes=attributes(world, profile))  # fmt: skip


def _customer(world: World, operation: Operation) -> str | None:
    """Whom a request is about: the one it names, else the one of its session."""
    stored: Session | None = world.get(("session", operation.session))
    named: str | None = getattr(operation, "profile", None)
    return named or (stored.profile if stored is not None else None)


def _created(operation: Update, session: Session, gift: Gift, answer: Answer | None) -> tuple[str, ...]:
    """The code that a close creates, named as the answer names it; closed once more the session is told it again."""
    if operation.state != "closed" or not gift.creates:
        return ()
    if session.created:
        return session.created
    if answer is None:
        return (f"unknown code of {operation.session}",)
    return answer.created if len(answer.created) == 1 else ("a code",)
