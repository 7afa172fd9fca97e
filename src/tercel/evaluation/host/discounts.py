"""Discounts on the session and on single units (behaviour/discounts 2)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tercel.base.numbers import ZERO
from tercel.effects.discounts import SetDiscount, SetDiscountPerItem
from tercel.effects.props import Props
from tercel.evaluation.entities.cart import Bundle, Item
from tercel.evaluation.host.desk import NO_OPTIONS, Desk, amount_of
from tercel.evaluation.outcome import CounterUse
from tercel.evaluation.state.caps import (
    Base,
    around,
    left,
    session_base,
    unit_base,
)
from tercel.evaluation.state.journal import Granted
from tercel.language.catalogue.budgets import DISCOUNTS
from tercel.language.errors import LimitError, TypeMismatchError
from tercel.language.running.host import Amount, Options

_SESSION_SCOPES = ("sessionTotal", "cartItems", "additionalCosts")
ITEM_SCOPES = ("price", "itemTotal", "additionalCosts")


class DiscountDesk(Desk):
    """The effects ``setDiscount`` and ``setDiscountPerItem``, and what all discounts have in common."""

    __slots__ = ()

    def set_discount(self, name: str, value: Decimal, options: Options = NO_OPTIONS) -> None:
        """Take one amount off the session."""
        if self.session is None:
            self.need_session()
        application = self.application
        scope, is_partial = application.default_discount_scope, application.allows_partial
        shown = scope if application.is_cascading else None
        if options:
            scope, is_partial = self.scope_of(options, _SESSION_SCOPES, scope), self.is_partial(options)
            shown = self.shown_scope(scope, options)
        wanted = granted = amount_of(value)
        base: Base | None = None
        uses: tuple[CounterUse, ...] = ()
        if application.caps_discounts:
            base = session_base(scope)
            granted = self.capped(base, wanted)
        if self.has_limits or self.coupon is not None:
            granted = self.cut(DISCOUNTS.action, granted, is_partial=is_partial)
            uses = self.pay(DISCOUNTS, granted)
        props = SetDiscount(name, granted, shown, wanted if is_partial else None)
        self.grant(props, uses, (granted, None, scope == "cartItems", base))

    def set_discount_per_item(
        self, name: str, items: list[Any], amount: Amount, options: Options = NO_OPTIONS
    ) -> None:
        """Take an amount off each unit, in order while the budget lasts."""
        is_partial = self.is_partial(options)
        scope = self.scope_of(options, ITEM_SCOPES, self.application.default_item_scope)
        shown = self.shown_scope(scope, options)
        excluded = options.get("excludedFromPriceHistory")
        has_granted = False
        for item, bundle in units(items):
            wanted, base = amount_of(amount(item)), unit_base(item, scope)
            granted = self.cut_next(self.capped(base, wanted), is_partial=is_partial, has_granted=has_granted)
            if granted is None:
                continue
            has_granted = True
            props = SetDiscountPerItem(
                f"{name}#{item.position}",
                granted,
                item.position,
                item.sub_position,
                wanted if is_partial else None,
                shown,
            )
            if excluded is not None:
                props.excluded_from_price_history = bool(excluded)
            self.grant_item(props, item, bundle, base)

    def cut_next(self, wanted: Decimal, *, is_partial: bool, has_granted: bool) -> Decimal | None:
        """Return the amount for the next unit or bundle of a list; None when the budget ran out after an earlier one."""
        try:
            return self.cut(DISCOUNTS.action, wanted, is_partial=is_partial)
        except LimitError:
            if is_partial and has_granted:
                return None
            raise

    def grant_item(self, props: SetDiscountPerItem, item: Item, bundle: Bundle | None, base: Base) -> None:
        """Record a discount on a unit."""
        if bundle is not None:
            props.bundle_index = bundle.number
            props.bundle_name = bundle.name
        self.grant(props, self.pay(DISCOUNTS, props.value), (props.value, item, False, base), item)

    def grant(
        self, props: Props, uses: tuple[CounterUse, ...], granted: Granted, item: Item | None = None
    ) -> None:
        """Record a discount with its entry, which names the item that it is for; it moves the discounted amounts once the
        rule has succeeded."""
        value, lowered, is_on_items, base = granted
        coupon_discount = None
        coupon = self.coupon
        if coupon is not None and self.coupon_verdict is None:
            coupon_discount = value
            self.journal.assign(coupon, "discount_counter", coupon.discount_counter + value)
        if base is not None:
            granted = value, lowered, is_on_items, self.note_capped(base, value)
        self.journal.granted.append(granted)
        self.give(props, value, uses, item, coupon_discount)

    # Scopes and caps

    def scope_of(self, options: Options, allowed: tuple[str, ...], default: str) -> str:
        """Return the scope that the rule names, or the application's default."""
        scope: str = options.get("scope") or default
        if scope not in allowed:
            raise TypeMismatchError(f"`{scope}` is no scope of this effect; use one of {', '.join(allowed)}")
        return scope

    def shown_scope(self, scope: str, options: Options) -> str | None:
        """Return the scope that the effect shows: only with cascading discounts, or when the rule names one; else
        None."""
        return scope if self.application.is_cascading or "scope" in options else None

    def capped(self, base: Base, wanted: Decimal) -> Decimal:
        """Cut the amount to what is left of its base, where the application caps discounts (behaviour/discounts 5)."""
        if not self.application.caps_discounts:
            return wanted
        return min(wanted, left(base, self.need_session(), self.journal.capped))

    def note_capped(self, base: Base, value: Decimal) -> Base | None:
        """Count a discount against its base; None where the application does not cap discounts."""
        if not self.application.caps_discounts:
            return None
        capped = self.journal.capped
        for each in around(base):
            self.journal.put(capped, each, capped.get(each, ZERO) + value)
        return base


def units(items: list[Any]) -> Iterator[tuple[Item, Bundle | None]]:
    """Yield the units of a list of items or bundles, in order, each with its bundle.

    Raises:
        TypeMismatchError: the list holds something else.
    """
    for each in items:
        if isinstance(each, Item):
            yield each, None
        elif isinstance(each, Bundle):
            for item in each.items:
                yield item, each
        else:
            raise TypeMismatchError("the effect takes a list of items or bundles")
