"""Free items and giveaways (rules.md 4.3, integration.md 3.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.base.limits import REPEAT_MAX
from tercel.base.numbers import ONE
from tercel.effects.giveaways import AddFreeItem, AwardGiveaway, WillAwardGiveaway
from tercel.evaluation.host.desk import Desk, count_of, id_of
from tercel.language.errors import MissingError, PoolEmptyError
from tercel.language.host import Options


class RewardDesk(Desk):
    """The effects ``addFreeItem`` and ``awardGiveaway``."""

    __slots__ = ()

    def add_free_item(self, sku: str, name: str, quantity: Decimal, options: Options) -> None:
        """Free pieces, one effect each."""
        is_partial = self.is_partial(options)
        wanted = count_of(quantity, at_most=REPEAT_MAX)
        granted = int(self.cut("addFreeItemEffect", Decimal(wanted), is_partial=is_partial))
        for _ in range(granted):
            uses = self.take("addFreeItemEffect")
            index = self.record(AddFreeItem(sku, name, wanted if is_partial else None))
            self.book("addFreeItemEffect", ONE, index, uses)

    def award_giveaway(self, pool: Any, who: str) -> None:
        """A code of a pool; promised while the session is open, handed out when it closes."""
        facts = self.snapshot.giveaway_pools.get(id_of(pool))
        if facts is None:
            raise MissingError(f"there is no giveaway pool {pool}")
        recipient = self.need_profile(who).integration_id
        key = ("giveaways", facts.id)
        given: int = self.working.memory.get(key, 0)
        if given >= len(facts.free):
            raise PoolEmptyError(f"the giveaway pool `{facts.name}` is empty")
        self.working.remember(key, given + 1)
        uses = self.take("awardGiveaway")
        if not self.consumes or self.snapshot.is_dry:
            self.book(
                "awardGiveaway", ONE, self.record(WillAwardGiveaway(facts.id, facts.name, recipient)), uses
            )
            return
        giveaway_id, code = facts.free[given]
        effect = AwardGiveaway(facts.id, facts.name, recipient, giveaway_id, code)
        self.book("awardGiveaway", ONE, self.record(effect), uses)
