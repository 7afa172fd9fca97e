"""Merge of a request with the stored session (behaviour/sessions 2)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from tercel.base.codec import encode
from tercel.base.numbers import ZERO, tidy
from tercel.evaluation.snapshot import CartLine
from tercel.features.engine.sessions.aggregate import SessionRow
from tercel.features.engine.sessions.integration_model import AdditionalCost, CartItem, NewCustomerSession
from tercel.pipeline.rows import EMPTY_LIST, EMPTY_OBJECT

_ITEMS = msgspec.json.Decoder(list[CartItem], float_hook=Decimal)
_COSTS = msgspec.json.Decoder(dict[str, AdditionalCost], float_hook=Decimal)
_DOCUMENT = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
_TEXTS = msgspec.json.Decoder(list[str])


class Cart(msgspec.Struct, kw_only=True):
    """Content of a session after the merge: decoded, with the raw JSON that is stored and answered.

    ``lines`` are the items as facts, computed when first needed.
    """

    profile_integration_id: str | None
    store_integration_id: str | None
    coupon_codes: list[str]
    referral_code: str | None
    loyalty_cards: list[str]
    identifiers: list[str]
    items: list[CartItem]
    costs: dict[str, AdditionalCost]
    attributes: dict[str, Any]
    raw_items: msgspec.Raw
    raw_variants: msgspec.Raw
    lines: list[CartLine] | None = None


def merge(stored: SessionRow | None, request: NewCustomerSession) -> Cart:
    """Merge a request: unsent fields stay, lists and costs are replaced whole, attributes are set key by key and removed by null."""
    items = _merged_items(stored, request)
    return Cart(
        profile_integration_id=_kept(request.profile_id, stored and stored.profile_integration_id) or None,
        store_integration_id=_kept(request.store_integration_id, stored and stored.store_integration_id),
        coupon_codes=_kept(request.coupon_codes, stored.coupon_codes if stored else []),
        referral_code=_kept(request.referral_code, stored and stored.referral_code) or None,
        loyalty_cards=_kept_texts(request.loyalty_cards, stored.loyalty_cards if stored else EMPTY_LIST),
        identifiers=_kept_texts(request.identifiers, stored.identifiers if stored else EMPTY_LIST),
        items=items,
        costs=_merged_costs(stored, request),
        attributes=_merged_attributes(stored, request),
        raw_items=_raw(items) if request.cart_items is not None or stored is None else stored.cart_items,
        raw_variants=_merged_variants(stored, request),
    )


def items_of(row: SessionRow) -> list[CartItem]:
    """Decode the cart of a stored session."""
    return _ITEMS.decode(row.cart_items)


def document(raw: msgspec.Raw) -> dict[str, Any]:
    """Decode a stored JSON object, with Decimal numbers."""
    return _DOCUMENT.decode(raw) if raw != EMPTY_OBJECT else {}


def _merged_items(stored: SessionRow | None, request: NewCustomerSession) -> list[CartItem]:
    if request.cart_items is None:
        return items_of(stored) if stored is not None else []
    for position, item in enumerate(request.cart_items):
        item.position = position
        item.returned_quantity = item.remaining_quantity = None
        if item.price is not None:
            item.price = tidy(item.price)
    return request.cart_items


def _merged_costs(stored: SessionRow | None, request: NewCustomerSession) -> dict[str, AdditionalCost]:
    if request.additional_costs is not None:
        return request.additional_costs
    return _COSTS.decode(stored.additional_costs) if stored is not None else {}


def _merged_attributes(stored: SessionRow | None, request: NewCustomerSession) -> dict[str, Any]:
    merged = document(stored.attributes) if stored is not None else {}
    for name, value in (request.attributes or {}).items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = value
    return merged


def _merged_variants(stored: SessionRow | None, request: NewCustomerSession) -> msgspec.Raw:
    if request.experiment_variant_allocations is not None:
        return _raw(request.experiment_variant_allocations)
    return stored.variants if stored is not None else EMPTY_LIST


def _kept(sent: Any, stored: Any) -> Any:
    return stored if sent is None else sent


def _kept_texts(sent: list[str] | None, stored: msgspec.Raw) -> list[str]:
    if sent is not None:
        return sent
    return texts_of(stored)


def texts_of(raw: msgspec.Raw) -> list[str]:
    """Decode a stored list of texts."""
    return _TEXTS.decode(raw)


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(encode(value))


def raw_texts(values: list[str]) -> msgspec.Raw:
    """Encode a list of texts for storage."""
    return _raw(values) if values else EMPTY_LIST


def raw_document(values: dict[str, Any]) -> msgspec.Raw:
    """Encode an object for storage."""
    return _raw(values) if values else EMPTY_OBJECT


class Totals(msgspec.Struct, frozen=True):
    """The four totals of a session: before discounts, without returned units (behaviour/sessions 6)."""

    items: Decimal
    item_costs: Decimal
    session_costs: Decimal

    @property
    def total(self) -> Decimal:
        """Items and all costs."""
        return self.items + self.item_costs + self.session_costs


def totals_of(items: list[CartItem], costs: dict[str, AdditionalCost]) -> Totals:
    """Add up a cart."""
    total = item_costs = ZERO
    for item in items:
        quantity = item.quantity - (item.returned_quantity or 0)
        total += (item.price or ZERO) * quantity
        if item.additional_costs:
            item_costs += sum((cost.price for cost in item.additional_costs.values()), ZERO) * quantity
    return Totals(total, item_costs, sum((cost.price for cost in costs.values()), ZERO))


def session_row(
    *, stored: SessionRow | None, base: SessionRow, cart: Cart, totals: Totals, state: str, now: datetime
) -> SessionRow:
    """Return the row to write: identity from ``base``, content from the cart."""
    return msgspec.structs.replace(
        base,
        profile_integration_id=cart.profile_integration_id,
        store_integration_id=cart.store_integration_id,
        state=state,
        coupon_codes=cart.coupon_codes,
        referral_code=cart.referral_code,
        loyalty_cards=raw_texts(cart.loyalty_cards),
        identifiers=raw_texts(cart.identifiers),
        variants=cart.raw_variants,
        additional_costs=raw_document(cart.costs),
        attributes=raw_document(cart.attributes),
        cart_items=cart.raw_items,
        total=totals.total,
        cart_item_total=totals.items,
        additional_cost_total=totals.session_costs,
        cart_item_additional_cost_total=totals.item_costs,
        update_count=(stored.update_count + 1) if stored is not None else 1,
        version=(stored.version + 1) if stored is not None else 1,
        updated=now,
        closed_at=now if state == "closed" else base.closed_at,
    )
