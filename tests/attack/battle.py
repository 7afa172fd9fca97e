"""One battle: clients that play their scripts at the same time in a shop of their own, and the judgement on it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Generator, Sequence

import msgspec

from tests.attack.arena import Arena
from tests.attack.history import Answer, Event, told
from tests.attack.linearize import Undecided, explain, parts, shrink
from tests.attack.model import Model
from tests.attack.moments import apart
from tests.attack.offer import Offer
from tests.attack.operations import CountSent, Decision, Glimpse, Management, Operation
from tests.attack.reading import read
from tests.attack.shop import Shop

#: A request is turned away (409, behaviour/requests 3) when so many others of its session or customer are under way, or
#: when it waited so long for one of them.
IN_LINE = 64
IN_LINE_NS = 1_000_000_000
_BUSY = {f"Too many requests are updating this {one} at the same time" for one in ("session", "profile")}
_PATIENCE_S = 30


class Lost(msgspec.Struct, frozen=True):
    """An operation whose client hangs up before the answer."""

    operation: Operation


#: What a client does: it yields operations and is sent their answers (None for a lost one).
Script = Generator[Operation | Lost, Answer | None, None]


class Battle(msgspec.Struct, frozen=True, kw_only=True):
    """An offer, what is done before, the scripts of the clients, and what is counted when all are done."""

    offer: Offer
    before: Sequence[Operation] = ()
    scripts: Sequence[Script]
    counts: Sequence[Operation] = ()


class Fought(msgspec.Struct, kw_only=True):
    """What a battle came to.

    Attributes:
        events: What was asked and answered.
        busy: Requests turned away because of others of their session or customer.
        retried: How many requests were sent again: those, and the ones for which the server had no time (503).
        explained: How many of all of them an order explains.
        problems: What is wrong, in words.
    """

    events: list[Event] = []
    busy: list[Event] = []
    retried: int = 0
    explained: int = 0
    problems: list[str] = []

    @property
    def accepted(self) -> int:
        """Answers that did what was asked."""
        return sum(1 for answer in self._answers() if answer.status < 300 and not answer.refused)

    @property
    def refused(self) -> int:
        """Answers that refused a code or the whole request."""
        return sum(1 for answer in self._answers() if answer.status >= 300 or answer.refused)

    def _answers(self) -> list[Answer]:
        return [event.answer for event in self.events if event.answer is not None]


async def fight(arena: Arena, battle: Battle, seed: int) -> Fought:
    """Open the shop, prepare, let all clients play, count, and judge."""
    fought = Fought()
    async with arena.management(seed) as management:
        shop = Shop(battle.offer, management, arena.sent)
        await shop.open()
        alone = random.Random(seed)
        await _Client(-1, arena, shop, fought, alone).play(plain(battle.before))
        clients = [_Client(number, arena, shop, fought, random.Random(seed + number))
                   for number in range(len(battle.scripts))]  # fmt: skip
        await asyncio.gather(
            *(client.play(script) for client, script in zip(clients, battle.scripts, strict=True))
        )
        await _Client(-1, arena, shop, fought, alone).play(plain(battle.counts))
    # Because: connections of other battles must not stand idle while a search takes long.
    await asyncio.to_thread(judge, battle.offer, fought)
    return fought


def judge(offer: Offer, fought: Fought) -> None:
    """Note every answer that no order explains."""
    model = Model(offer)
    knowing = Model(offer, _sent(fought.events))
    for event in fought.busy:
        others = [other for other in fought.events if other.operation.lane() == event.operation.lane()]
        before = sum(other.overlaps(event) for other in others)
        if before >= IN_LINE or (before and event.end - event.sent >= IN_LINE_NS):
            fought.explained += 1
        else:
            fought.problems.append(f"turned away without a reason:\n{told(event)}")
    moments = [moment for event in fought.events for moment in apart(offer, event)]
    for part in parts(moments, model.touches):
        try:
            if explain(part, knowing.step, {}) is not None:
                fought.explained += sum(not isinstance(event.operation, Glimpse | Decision) for event in part)
                continue
            smallest = shrink(part, model.step, {})
            fought.problems.append("no order explains:\n" + "\n".join(told(event) for event in smallest))
        except Undecided:
            fought.problems.append("too many orders to try:\n" + "\n".join(told(event) for event in part))


def _sent(events: Sequence[Event]) -> dict[str, int]:
    """How many requests to other systems were counted for each event, when all was done."""
    counts = [(each.operation, each.answer) for each in events if isinstance(each.operation, CountSent)]
    return {
        asked.event: dict(answer.counted)["sent"]
        for asked, answer in counts
        if isinstance(asked, CountSent) and asked.event and answer is not None
    }


def plain(operations: Sequence[Operation]) -> Script:
    """The script of a client who does one thing after the other, whatever is answered."""
    for operation in operations:  # noqa: UP028  # a list cannot be sent answers
        yield operation


class _Client:
    """One client with a connection of its own."""

    def __init__(self, number: int, arena: Arena, shop: Shop, fought: Fought, chance: random.Random) -> None:
        self._number = number
        self._shop = shop
        self._fought = fought
        self._chance = chance
        self._wire = arena.shop(number, shop.key)
        self._management = arena.management(number + 1)

    async def play(self, script: Script) -> None:
        """Send what the script says, one operation after the other."""
        async with self._wire, self._management:
            answer: Answer | None = None
            while True:
                try:
                    wanted = script.send(answer)
                except StopIteration:
                    return
                if isinstance(wanted, Lost):
                    await self._lose(wanted.operation)
                    answer = None
                else:
                    answer = await self._do(wanted)

    async def _lose(self, operation: Operation) -> None:
        sent = time.monotonic_ns()
        await self._wire.abandon(operation.call())
        self._fought.events.append(Event(client=self._number, operation=operation, sent=sent))

    async def _do(self, operation: Operation) -> Answer:
        """Send until there is an answer. A server without time may have done what it was asked, or not."""
        patient_until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < patient_until:
            event = await self._once(operation)
            assert event.answer is not None
            if event.answer.problem in _BUSY:
                self._fought.busy.append(event)
            elif event.answer.status == 503:
                self._fought.events.append(event.forgotten())
            else:
                self._fought.events.append(event)
                return event.answer
            self._fought.retried += 1
            await asyncio.sleep(self._chance.uniform(0.001, 0.02))
        raise AssertionError(f"never answered: {told(event)}")

    async def _once(self, operation: Operation) -> Event:
        sent = time.monotonic_ns()
        body = b""
        if isinstance(operation, Management):
            answer = await self._shop.manage(operation, self._management)
        else:
            status, body = await self._wire.send(operation.call())
            answer = read(operation, status, body)
        return Event(client=self._number, operation=operation, sent=sent, answered=time.monotonic_ns(),
                     answer=answer, body=body)  # fmt: skip
