"""The duel: many redemptions at once against a small limit, then half of them given back while others redeem.

Right is who succeeds exactly as often as the limit says, and whose counter agrees with what is in force afterwards.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.peers.catalogue import Peer
from benchmarks.peers.drive import do_job
from benchmarks.peers.install import PeerError
from benchmarks.peers.workload import content
from benchmarks.server import serving, temporary_home
from benchmarks.shop import Shop
from benchmarks.workload import Line, Promotion, Workload

LIMIT = 10
ATTEMPTS = 200
ROUNDS = 5
_CODE = "DUEL"
_BOUND_SECONDS = 180.0


class DuelFigures(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How a duel ended. ``in_force`` and ``counted_after_mix`` are missing where nothing can be given back."""

    peer: str = ""
    succeeded: int = 0
    counted: int = 0
    seconds: float = 0.0
    in_force: int | None = None
    counted_after_mix: int | None = None
    failure: str = ""

    @property
    def verdict(self) -> str:
        """Right, or what is wrong."""
        if self.failure:
            return self.failure
        wrong = []
        if self.succeeded != LIMIT:
            wrong.append(f"{self.succeeded} succeeded, the limit is {LIMIT}")
        if self.counted != self.succeeded:
            wrong.append(f"the counter says {self.counted}")
        if self.counted_after_mix != self.in_force:
            wrong.append(
                f"after giving back the counter says {self.counted_after_mix}, in force are {self.in_force}"
            )
        return "; ".join(wrong) or "right"


def against_peer(peer: Peer, cache: Path, database: dict[str, Any]) -> DuelFigures:
    """Run the duel against a peer, through its driver."""
    job = {
        "mode": "duel",
        "workload": content(_one_promotion()),
        "limit": LIMIT,
        "attempts": ATTEMPTS,
        "rounds": ROUNDS,
        "database": database,
    }
    try:
        driven = msgspec.structs.replace(peer, driver=peer.duel_driver)
        answer = do_job(driven, cache, job, bound=_BOUND_SECONDS)
    except PeerError as error:
        return DuelFigures(peer=peer.title, failure=str(error))
    return msgspec.structs.replace(msgspec.convert(answer, DuelFigures), peer=peer.title)


def against_tercel() -> DuelFigures:
    """Run the duel against Tercel over HTTP: sessions closed with one coupon, cancelled, and closed with it again."""
    try:
        with temporary_home() as home, serving(home, workers=1) as url:
            shop = Shop(url, [])
            shop.add_coupon(_CODE, limit=LIMIT)
            with ThreadPoolExecutor(ATTEMPTS) as pool:
                return _Fight(shop, pool).fought()
    except (RuntimeError, OSError) as error:
        return DuelFigures(peer="Tercel", failure=str(error))


class _Fight:
    def __init__(self, shop: Shop, pool: ThreadPoolExecutor) -> None:
        self._shop = shop
        self._pool = pool
        self._requests = shop.requests(_one_promotion().lines)

    def fought(self) -> DuelFigures:
        start = time.perf_counter()
        in_force = self._redeemed([f"first{number}" for number in range(ATTEMPTS)])
        seconds = time.perf_counter() - start
        succeeded, counted = len(in_force), self._shop.redemptions(_CODE)
        for number in range(ROUNDS):
            half = len(in_force) // 2
            giving_back = [self._pool.submit(self._cancel, session) for session in in_force[:half]]
            redeemed = self._redeemed([f"round{number}-{each}" for each in range(half)])
            for each in giving_back:
                each.result()
            in_force = in_force[half:] + redeemed
        return DuelFigures(
            peer="Tercel",
            succeeded=succeeded,
            counted=counted,
            seconds=seconds,
            in_force=len(in_force),
            counted_after_mix=self._shop.redemptions(_CODE),
        )

    def _redeemed(self, sessions: list[str]) -> list[str]:
        """Close all these sessions at once; those whose coupon was accepted."""
        accepted = self._pool.map(self._close, sessions)
        return [session for session, worked in zip(sessions, accepted, strict=True) if worked]

    def _close(self, session: str) -> bool:
        answer = self._shop.sent(self._requests.update(session, state="closed", codes=[_CODE]))
        return any(effect["effectType"] == "acceptCoupon" for effect in answer["effects"])

    def _cancel(self, session: str) -> None:
        self._shop.sent(self._requests.update(session, state="cancelled", codes=[_CODE]))


def _one_promotion() -> Workload:
    return Workload([Line("p1", "c1", 1_000, 1)], [Promotion(0, "c1", 0, 10)])
