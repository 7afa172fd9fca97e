"""Discounts spread over units in proportion to their prices (behaviour/discounts 6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from tercel.base.numbers import ZERO
from tercel.effects.discounts import SetDiscountPerItem
from tercel.evaluation.entities.cart import Bundle, Item
from tercel.evaluation.facts import minor_unit
from tercel.evaluation.host.allocate import shares
from tercel.evaluation.host.desk import NO_OPTIONS, amount_of
from tercel.evaluation.host.discounts import ITEM_SCOPES, DiscountDesk, units
from tercel.evaluation.state.caps import (
    Base,
    around,
    left,
    unit_base,
)
from tercel.language.errors import TypeMismatchError
from tercel.language.running.host import Amount, Options


class SpreadDesk(DiscountDesk):
    """The three effects that spread one total."""

    __slots__ = ()

    def set_discount_per_item_pro_rata(
        self, name: str, items: list[Any], total: Decimal, options: Options = NO_OPTIONS
    ) -> None:
        """Spread one total over a list of units."""
        members = [item for item, _ in units(items)]
        if members:
            self.spread(name, members, amount_of(total), options)

    def set_discount_per_bundle_pro_rata(
        self, name: str, bundles: list[Any], total: Amount, options: Options = NO_OPTIONS
    ) -> None:
        """Spread one total per bundle over its units; bundles are served in order while the budget lasts."""
        has_granted = False
        for bundle in bundles:
            wanted = amount_of(total(bundle_of(bundle)))
            has_granted |= self.spread(
                name, bundle.items, wanted, options, bundle=bundle, has_granted=has_granted
            )

    def set_discount_per_bundle_item(
        self,
        name: str,
        bundles: list[Any],
        target: Amount,
        amount: Amount,
        options: Options = NO_OPTIONS,
    ) -> None:
        """Spread an amount computed from one unit of each bundle over all its units; bundles are served in order
        while the budget lasts."""
        has_granted = False
        for bundle in bundles:
            chosen = target(bundle_of(bundle))
            if not isinstance(chosen, Item):
                raise TypeMismatchError("the target of a bundle is one of its items")
            wanted = amount_of(amount(chosen))
            has_granted |= self.spread(
                name, bundle.items, wanted, options, bundle=bundle, target=chosen, has_granted=has_granted
            )

    def spread(
        self,
        name: str,
        items: list[Item],
        total: Decimal,
        options: Options,
        *,
        bundle: Bundle | None = None,
        target: Item | None = None,
        has_granted: bool = False,
    ) -> bool:
        """Cut a total to the budget, then share it out; every unit gets its effect, one of 0 too.

        Whether there was something to share: there is not when the budget ran out after an earlier bundle got something.
        """
        is_partial = self.is_partial(options)
        scope = self.scope_of(options, ITEM_SCOPES, self.application.default_item_scope)
        bases = [unit_base(item, scope) for item in items]
        room = self.room_of(bases)
        allowed = total if room is None else min(total, room.total)
        granted = self.cut_next(allowed, is_partial=is_partial, has_granted=has_granted)
        if granted is None:
            return False
        found = shares(granted, list(map(self.weight, items)), minor_unit(self.application.currency))
        if room is not None:
            found = fitted(found, bases, room.by_base)
        for item, base, share in zip(items, bases, found, strict=True):
            props = SetDiscountPerItem(f"{name}#{item.position}", share, item.position, item.sub_position)
            props.scope = self.shown_scope(scope, options)
            props.total_discount = granted
            props.desired_total_discount = total if is_partial else None
            if target is not None:
                props.targeted_item_position = target.position
                props.targeted_item_sub_position = target.sub_position
            self.grant_item(props, item, bundle, base)
        return True

    def room_of(self, bases: list[Base]) -> Room | None:
        """Return what discounts on units may still take, where the application caps them, else None."""
        if not self.application.caps_discounts:
            return None
        session, taken = self.need_session(), self.journal.capped
        by_base = {base: left(base, session, taken) for base in bases}
        outside = [each for each in around(bases[0]) if len(each) == 1]
        total = min(left(each, session, taken) for each in outside)
        return Room(min(total, sum(by_base.values(), ZERO)), by_base)

    def weight(self, item: Item) -> Decimal:
        """Return the weight of a unit in a spread: its price, or its discounted price with cascading discounts."""
        price = item.discounted_price if self.application.is_cascading else item.price
        return max(price * item.quantity, ZERO)


class Room(NamedTuple):
    """What discounts may still take from some units: all together, and each by its base."""

    total: Decimal
    by_base: dict[Base, Decimal]


def fitted(found: list[Decimal], bases: list[Base], room: dict[Base, Decimal]) -> list[Decimal]:
    """Shares of which none is larger than its unit leaves; what some cannot take goes to the others, in order."""
    room = dict(room)
    fitting = []
    for share, base in zip(found, bases, strict=True):
        taken = min(share, room[base])
        room[base] -= taken
        fitting.append(taken)
    over = sum(found, ZERO) - sum(fitting, ZERO)
    for index, base in enumerate(bases):
        if not over:
            break
        more = min(over, room[base])
        room[base] -= more
        fitting[index] += more
        over -= more
    return fitting


def bundle_of(value: Any) -> Bundle:
    """Return the value as a bundle.

    Raises:
        TypeMismatchError: it is none.
    """
    if not isinstance(value, Bundle):
        raise TypeMismatchError("the effect takes a list of bundles")
    return value
