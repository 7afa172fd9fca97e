"""Events and updates of customers in the sequential model: what is granted without a session counts at once, for good.

Written from the description of the API (behaviour/profiles 2; behaviour/events 1, 4, 5).
"""

from __future__ import annotations

from tests.attack.extras import attributes, deliver, set_attribute, shown, with_extras
from tests.attack.gift import Gift, move
from tests.attack.history import Answer
from tests.attack.linearize import World
from tests.attack.meters import Asker
from tests.attack.offer import MOOD, Offer
from tests.attack.operations import Greet, GreetAll, Recall, Track


def track(world: World, offer: Offer, operation: Track, answer: Answer | None) -> tuple[World, Answer]:
    """An event: once per name, and only after the session that it follows was closed."""
    wrong = list(_decisions(world, operation))
    if wrong:
        # Because: nothing says which of two reasons is told.
        return world, answer if answer in wrong else wrong[0]
    gift = Gift()
    created: tuple[str, ...] = ()
    if not operation.apart.has_no_extras:
        gift = gift_of(world, offer, operation)
        created = _grant(world, gift, operation, answer)
    if operation.is_named:
        world["event", operation.event] = True
    if operation.is_silent:
        return world, Answer(status=204)
    return world, _seen(world, operation.profile, gift, created)


def _decisions(world: World, operation: Track) -> list[Answer]:
    wrong = []
    session = world.get(("session", operation.connected))
    if operation.connected and (session is None or session.state != "closed"):
        wrong.append(Answer(status=400, problem="the session is not closed"))
    if operation.is_named and ("event", operation.event) in world:
        wrong.append(Answer(status=409, problem="the name is taken"))
    return wrong


def recall(world: World, operation: Recall) -> Answer:
    """Whether an event is known."""
    return Answer(status=200 if ("event", operation.event) in world else 404)


def greet(world: World, offer: Offer, operation: Greet, answer: Answer | None) -> tuple[World, Answer]:
    """An update of a customer: attributes that are sent are set, the others stay, and then rules may run."""
    if operation.mood is not None:
        set_attribute(world, operation.profile, MOOD, operation.mood)
    gift = Gift()
    created: tuple[str, ...] = ()
    if operation.runs_rules and not operation.apart.has_no_extras:
        gift = gift_of(world, offer, operation)
        created = _grant(world, gift, operation, answer)
    return world, _seen(world, operation.profile, gift, created)


def greet_all(world: World, operation: GreetAll) -> tuple[World, Answer]:
    """An update of several customers at one moment."""
    for profile in operation.profiles:
        set_attribute(world, profile, MOOD, operation.mood)
    return world, Answer(status=204)


def gift_of(world: World, offer: Offer, operation: Track | Greet) -> Gift:
    """What it is given now."""
    return with_extras(world, offer, _asker(world, operation), 0, Gift())


def _asker(world: World, operation: Track | Greet) -> Asker:
    event = operation.event if isinstance(operation, Track) else ""
    closed, sales = bought(world, operation.profile)
    return Asker(profile=operation.profile, event=event, day=operation.day, closed=closed, sales=sales)


def bought(world: World, profile: str | None) -> tuple[int, int]:
    """How many sessions a customer has closed, and for how much."""
    found: tuple[int, int] = world.get(("profile", profile), (0, 0))
    return found


def _grant(world: World, gift: Gift, operation: Track | Greet, answer: Answer | None) -> tuple[str, ...]:
    """Everything at once; the code that was created, named as the answer names it."""
    for take in gift.takes:
        move(world, take, 1)
    deliver(world, gift, _asker(world, operation))
    if not gift.number("createCoupon"):
        return ()
    known: tuple[str, ...] = world.get(("created",), ())
    created = answer.created if answer is not None and answer.status == 200 else (f"code of {operation}",)
    if len(created) != 1 or created[0] in known:
        created = ("a new code",)
    world["created",] = known + created
    return created


def _seen(world: World, profile: str, gift: Gift, created: tuple[str, ...]) -> Answer:
    closed, sales = bought(world, profile)
    return Answer(status=200, closed=closed, sales=sales, attributes=attributes(world, profile),
                  extras=shown(gift), created=created)  # fmt: skip
