"""Free items and giveaways (behaviour/effects 6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.base.limits import REPEAT_MAX
from tercel.base.numbers import ONE
from tercel.effects.giveaways import AddFreeItem, AwardGiveaway, WillAwardGiveaway
from tercel.evaluation.host.desk import NO_OPTIONS, Desk, count_of, id_of
from tercel.language.catalogue.budgets import FREE_ITEMS, GIVEAWAYS
from tercel.language.errors import MissingError, PoolEmptyError, RangeError
from tercel.language.running.host import Options
from tercel.language.values.values import whole


class RewardDesk(Desk):
    """The effects ``addFreeItem`` and ``awardGiveaway``."""

    __slots__ = ()

    def add_free_item(
        self, sku: str, name: str, quantity: Decimal = ONE, options: Options = NO_OPTIONS
    ) -> None:
        """Free pieces, one effect each; a fraction is cut off."""
        if quantity > REPEAT_MAX:
            raise RangeError(f"more than {REPEAT_MAX} free items")
        is_partial = self.is_partial(options)
        wanted = count_of(Decimal(whole(quantity)), at_most=REPEAT_MAX)
        granted = int(self.cut(FREE_ITEMS.action, Decimal(wanted), is_partial=is_partial))
        for _ in range(granted):
            uses = self.take(FREE_ITEMS.action)
            self.give(AddFreeItem(sku, name, wanted if is_partial else None), ONE, uses)

    def award_giveaway(self, pool: Any, who: str = "Current") -> None:
        """Give a code of a pool; it is promised while the session is open and handed out when it closes."""
        facts = self.snapshot.giveaway_pools.get(id_of(pool))
        if facts is None:
            raise MissingError(f"there is no giveaway pool {pool}")
        recipient = self.need_profile(who).integration_id
        giveaways = self.journal.giveaways
        given = giveaways.get(facts.id, 0)
        if given >= len(facts.free):
            raise PoolEmptyError(f"the giveaway pool `{facts.name}` is empty")
        self.journal.put(giveaways, facts.id, given + 1)
        uses = self.take(GIVEAWAYS.action)
        if not self.consumes or self.snapshot.is_dry:
            self.give(WillAwardGiveaway(facts.id, facts.name, recipient), ONE, uses)
            return
        giveaway_id, code = facts.free[given]
        self.give(AwardGiveaway(facts.id, facts.name, recipient, giveaway_id, code), ONE, uses)
