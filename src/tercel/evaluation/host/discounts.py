"""Discounts on the session and on single units (rules.md 4.2, integration.md 6)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tercel.base.numbers import ZERO
from tercel.effects.discounts import SetDiscount, SetDiscountPerItem
from tercel.effects.props import Props
from tercel.evaluation.cart import Bundle, Item
from tercel.evaluation.host.desk import Desk, amount_of
from tercel.evaluation.outcome import CounterUse
from tercel.language.errors import LimitError, TypeMismatchError
from tercel.language.host import Amount, Options

_SESSION_SCOPES = {
    "sessionTotal": "total",
    "cartItems": "cart_item_total",
    "additionalCosts": "additional_cost_total",
}
_ITEM_SCOPES = {"price": "price", "itemTotal": "total", "additionalCosts": ""}


class DiscountDesk(Desk):
    """The effects ``setDiscount`` and ``setDiscountPerItem``, and what all discounts have in common."""

    __slots__ = ()

    def set_discount(self, name: str, value: Decimal, options: Options) -> None:
        """One amount off the session."""
        session = self.session or self.need_session()
        application = self.application
        scope, is_partial = application.default_discount_scope, application.allows_partial
        if options:
            scope, is_partial = self.scope_of(options, _SESSION_SCOPES, scope), self.is_partial(options)
        wanted = amount_of(value)
        if application.caps_discounts:
            wanted = self.capped(("session", scope), getattr(session, _SESSION_SCOPES[scope]), wanted)
        is_limited = self.has_limits or self.coupon is not None
        granted = self.cut("setDiscount", wanted, is_partial=is_partial) if is_limited else wanted
        shown = scope if application.is_cascading or "scope" in options else None
        props = SetDiscount(name, granted, shown, wanted if is_partial else None)
        uses = self.use_discount(granted) if self.has_limits else ()
        self.grant(props, granted, uses, is_on_items=scope == "cartItems")
        if application.caps_discounts:
            self.note_capped(("session", scope), granted)

    def set_discount_per_item(self, name: str, items: list[Any], amount: Amount, options: Options) -> None:
        """An amount off each unit, served in order while the budget lasts."""
        is_partial = self.is_partial(options)
        scope = self.scope_of(options, _ITEM_SCOPES, self.application.default_item_scope)
        shown = self.shown_scope(scope, options)
        excluded = options.get("excludedFromPriceHistory")
        has_granted = False
        for item, bundle in units(items):
            base = cap_key(item, scope)
            wanted = self.capped(base, item_base(item, scope), amount_of(amount(item)))
            granted = self.cut_next(wanted, is_partial=is_partial, has_granted=has_granted)
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
            self.grant_item(props, item, bundle)
            self.note_capped(base, granted)

    def cut_next(self, wanted: Decimal, *, is_partial: bool, has_granted: bool) -> Decimal | None:
        """The amount for the next unit of a list; None when the budget ran out after an earlier unit got something."""
        try:
            return self.cut("setDiscount", wanted, is_partial=is_partial)
        except LimitError:
            if is_partial and has_granted:
                return None
            raise

    def grant_item(self, props: SetDiscountPerItem, item: Item, bundle: Bundle | None) -> None:
        """Record a discount on a unit."""
        if bundle is not None:
            props.bundle_index = bundle.number
            props.bundle_name = bundle.name
        self.grant(props, props.value, self.use_discount(props.value), item=item)

    def use_discount(self, value: Decimal) -> tuple[CounterUse, ...]:
        """Take a discount from the budgets of money and of occurrences."""
        if not self.has_limits:
            return ()
        return self.take("setDiscountEffect") + self.take("setDiscount", value)

    def grant(
        self,
        props: Props,
        value: Decimal,
        uses: tuple[CounterUse, ...],
        *,
        item: Item | None = None,
        is_on_items: bool = False,
        lowers_price: bool = True,
    ) -> None:
        """Record a discount with its entry; it moves the discounted amounts once the rule has succeeded."""
        coupon_discount = None
        coupon = self.coupon
        if coupon is not None and self.coupon_verdict is None:
            coupon_discount = value
            self.working.assign(coupon, "discount_counter", coupon.discount_counter + value)
        self.working.granted.append((value, item if lowers_price else None, is_on_items))
        index = self.record(props)
        self.book("setDiscount", value, index, uses, item=item, coupon_discount=coupon_discount)

    # Scopes and caps

    def scope_of(self, options: Options, allowed: dict[str, str], default: str) -> str:
        """The scope that the rule names, or the application's default."""
        scope: str = options.get("scope") or default
        if scope not in allowed:
            raise TypeMismatchError(f"`{scope}` is no scope of this effect; use one of {', '.join(allowed)}")
        return scope

    def shown_scope(self, scope: str, options: Options) -> str | None:
        """The scope as the effect tells it: only with cascading discounts, or when the rule names one."""
        return scope if self.application.is_cascading or "scope" in options else None

    def capped(self, base: tuple[Any, ...], whole: Decimal, wanted: Decimal) -> Decimal:
        """The amount cut to what is left of its base, where the application caps discounts (integration.md 6.4)."""
        if not self.application.caps_discounts:
            return wanted
        given = self.working.memory.get(("capped", *base), ZERO) if self.application.is_cascading else ZERO
        return min(wanted, max(whole - given, ZERO))

    def note_capped(self, base: tuple[Any, ...], value: Decimal) -> None:
        """Count a discount against its base."""
        if self.application.caps_discounts:
            key = ("capped", *base)
            self.working.remember(key, self.working.memory.get(key, ZERO) + value)


def cap_key(item: Item, scope: str) -> tuple[Any, ...]:
    """What names the base of discounts on a unit where the application caps them."""
    return ("item", scope, item.index)


def item_base(item: Item, scope: str) -> Decimal:
    """What a discount on a unit is taken from (integration.md 6.2)."""
    if scope == "additionalCosts":
        base = item.total - item.price
    else:
        base = item.price if scope == "price" else item.total
    return base * item.quantity


def units(items: list[Any]) -> Iterator[tuple[Item, Bundle | None]]:
    """The units of a list of items or bundles, in order, each with its bundle.

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
