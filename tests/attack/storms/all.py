"""Every storm by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from random import Random

from tests.attack.battle import Battle
from tests.attack.storms import creation, customers, editing, limits, replays, returning, sides, tracking

#: Makes a battle from chance, the number of clients and a name that no other battle has.
Storm = Callable[[Random, int, str], Battle]

_FAMILIES: dict[str, tuple[Callable[[str, Random, int, str], Battle], Iterable[str]]] = {
    "limit": (limits.battle, limits.KINDS),
    "return": (returning.battle, returning.KINDS),
    "one session": (sides.battle, sides.INTERLEAVINGS),
    "key": (replays.battle, replays.KINDS),
    "code": (creation.battle, creation.KINDS),
    "event": (tracking.battle, tracking.KINDS),
    "customer": (customers.battle, customers.KINDS),
    "edit": (editing.battle, editing.KINDS),
}
STORMS: dict[str, Storm] = {
    f"{family}: {kind}": partial(make, kind) for family, (make, kinds) in _FAMILIES.items() for kind in kinds
}
