"""Discounts spread over units in proportion to their prices (rules.md 5.4, 9.7; integration.md 6.5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.base.numbers import ZERO
from tercel.effects.discounts import SetDiscountPerItem
from tercel.evaluation.allocate import shares
from tercel.evaluation.cart import Bundle, Item
from tercel.evaluation.facts import minor_unit
from tercel.evaluation.host.desk import amount_of
from tercel.evaluation.host.discounts import DiscountDesk, cap_key, item_base, units
from tercel.language.errors import TypeMismatchError
from tercel.language.host import Amount, Options

_SCOPES = {"price": "", "itemTotal": "", "additionalCosts": ""}


class SpreadDesk(DiscountDesk):
    """The three effects that spread one total."""

    __slots__ = ()

    def set_discount_per_item_pro_rata(
        self, name: str, items: list[Any], total: Decimal, options: Options
    ) -> None:
        """One total over a list of units."""
        members = [item for item, _ in units(items)]
        if members:
            self.spread(name, members, amount_of(total), options)

    def set_discount_per_bundle_pro_rata(
        self, name: str, bundles: list[Any], total: Amount, options: Options
    ) -> None:
        """One total per bundle, over its units."""
        for bundle in bundles:
            self.spread(name, bundle_of(bundle).items, amount_of(total(bundle)), options, bundle=bundle)

    def set_discount_per_bundle_item(
        self, name: str, bundles: list[Any], target: Amount, amount: Amount, options: Options
    ) -> None:
        """An amount computed from one unit of each bundle, over all its units."""
        for bundle in bundles:
            chosen = target(bundle_of(bundle))
            if not isinstance(chosen, Item):
                raise TypeMismatchError("the target of a bundle is one of its items")
            self.spread(name, bundle.items, amount_of(amount(chosen)), options, bundle=bundle, target=chosen)

    def spread(
        self,
        name: str,
        items: list[Item],
        total: Decimal,
        options: Options,
        *,
        bundle: Bundle | None = None,
        target: Item | None = None,
    ) -> None:
        """Cut a total to the budget, then share it out; every unit gets its effect, one of 0 too."""
        is_partial = self.is_partial(options)
        scope = self.scope_of(options, _SCOPES, self.application.default_item_scope)
        granted = self.cut("setDiscount", self.capped_total(items, scope, total), is_partial=is_partial)
        weights = [self.weight(item) for item in items]
        for item, share in zip(
            items, shares(granted, weights, minor_unit(self.application.currency)), strict=True
        ):
            props = SetDiscountPerItem(f"{name}#{item.position}", share, item.position, item.sub_position)
            props.scope = self.shown_scope(scope, options)
            props.total_discount = granted
            props.desired_total_discount = total if is_partial else None
            if target is not None:
                props.targeted_item_position = target.position
                props.targeted_item_sub_position = target.sub_position
            self.grant_item(props, item, bundle)
            self.note_capped(cap_key(item, scope), share)

    def capped_total(self, items: list[Item], scope: str, total: Decimal) -> Decimal:
        """The total, no more than is left of its units where the application caps discounts."""
        if not self.application.caps_discounts:
            return total
        left = [self.capped(cap_key(item, scope), item_base(item, scope), total) for item in items]
        return min(total, sum(left, ZERO))

    def weight(self, item: Item) -> Decimal:
        """What a unit weighs: its price, with cascading discounts its discounted price."""
        price = item.discounted_price if self.application.is_cascading else item.price
        return max(price * item.quantity, ZERO)


def bundle_of(value: Any) -> Bundle:
    """The value as a bundle.

    Raises:
        TypeMismatchError: it is none.
    """
    if not isinstance(value, Bundle):
        raise TypeMismatchError("the effect takes a list of bundles")
    return value
