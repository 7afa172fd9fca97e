"""A whole attack: storm after storm, several battles at a time, and what they came to."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

import msgspec

from tests.attack.arena import Arena
from tests.attack.battle import Fought, fight
from tests.attack.storms.all import STORMS


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to do: which storms with which chance, and how long: each at least once, then until the seconds are over."""

    storms: Sequence[str] = tuple(STORMS)
    seed: int = 1
    clients: int = 8
    at_a_time: int = 3
    seconds: float = 0


class Tally(msgspec.Struct, kw_only=True):
    """What the battles of one storm came to, in operations."""

    battles: int = 0
    operations: int = 0
    accepted: int = 0
    refused: int = 0
    unanswered: int = 0
    retried: int = 0
    explained: int = 0

    def add(self, fought: Fought) -> None:
        """Count a battle."""
        self.battles += 1
        self.operations += len(fought.events) + len(fought.busy)
        self.accepted += fought.accepted
        self.refused += fought.refused
        self.unanswered += sum(event.answer is None for event in fought.events)
        self.retried += fought.retried
        self.explained += fought.explained


class Attack:
    """Runs a plan. ``problems`` tell each failure with how to repeat it."""

    def __init__(
        self, arena: Arena, plan: Plan, noticed: Callable[[str], None] = lambda _storm: None
    ) -> None:
        self.tallies: dict[str, Tally] = {storm: Tally() for storm in plan.storms}
        self.problems: list[str] = []
        self._arena = arena
        self._plan = plan
        self._noticed = noticed

    async def run(self) -> None:
        """Fight battle after battle in a few lanes, then verify the ledger of all of them."""
        battles = self._battles(time.monotonic() + self._plan.seconds)

        async def lane() -> None:
            for storm, seed in battles:
                await self._battle(storm, seed)

        await asyncio.gather(*(lane() for _ in range(self._plan.at_a_time)))
        for found in (await asyncio.to_thread(self._arena.verify), self._arena.errors()):
            if found:
                self.problems.append(f"after all battles:\n{found}")

    def _battles(self, deadline: float) -> Iterator[tuple[str, int]]:
        """Each storm with the seed, then with the next ones until the time is over."""
        for seed in itertools.count(self._plan.seed):
            for storm in self._plan.storms:
                if seed > self._plan.seed and time.monotonic() >= deadline:
                    return
                yield storm, seed

    async def _battle(self, storm: str, seed: int) -> None:
        repeat = f"--seed {seed} --clients {self._plan.clients} --storm '{storm}'"
        name = f"{storm}-{seed}".replace(" ", "-").replace(":", "")
        battle = STORMS[storm](Random(f"{seed} {storm}"), self._plan.clients, name)
        try:
            fought = await fight(self._arena, battle, seed)
        except (AssertionError, OSError) as error:
            fought = Fought(problems=[f"the battle broke off: {error}"])
        self.tallies[storm].add(fought)
        self.problems += [f"{storm}; repeat with {repeat}\n{problem}" for problem in fought.problems]
        self._noticed(storm)


def total(tallies: Mapping[str, Tally]) -> Tally:
    """The sum of all storms."""
    names = msgspec.structs.fields(Tally)
    return Tally(
        **{field.name: sum(getattr(each, field.name) for each in tallies.values()) for field in names}
    )
