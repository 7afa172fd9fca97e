"""Coupons and referrals as the Integration API answers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import UNSET
from msgspec.structs import asdict

from tercel.base.codec import decode_any
from tercel.base.numbers import ZERO, tidy
from tercel.features.codes.coupons.aggregate import CouponRow, Redemptions
from tercel.features.codes.coupons.model import Coupon
from tercel.features.codes.referrals.aggregate import ReferralRow
from tercel.features.codes.referrals.model import Referral
from tercel.features.engine.sessions.request.merge import document
from tercel.ledger.entries import Cause, EntryRow

CausedEntries = Mapping[Cause, Sequence[EntryRow]]


class IntegrationCoupon(Coupon, kw_only=True, rename="camel"):
    """A coupon with the number of redemptions by the session's profile."""

    profile_redemption_count: int


class InventoryReferral(Referral, kw_only=True, rename="camel"):
    """A referral with the customers who redeemed it."""

    referred_customers: list[str]


def created_coupon(row: dict[str, Any] | CouponRow) -> Coupon:
    """Return a coupon that a rule created, now or earlier; its id is 0 in a dry request."""
    if isinstance(row, CouponRow):
        coupon = created_coupon(_content(row))
        coupon.usage_counter = row.usage_counter
        coupon.discount_counter = tidy(row.discount_counter)
        if row.discount_limit is not None:
            coupon.discount_remainder = tidy(row.discount_limit - row.discount_counter)
        coupon.reservation_counter = row.reservation_counter
        return coupon
    limit = row["discount_limit"]
    return Coupon(
        id=row["id"],
        created=row["created"],
        campaign_id=row["campaign_id"],
        value=row["value"],
        usage_limit=row["usage_limit"],
        discount_limit=_amount(limit),
        start_date=_set(row["start_date"]),
        expiry_date=_set(row["expiry_date"]),
        usage_counter=0,
        discount_counter=ZERO,
        discount_remainder=_amount(limit),
        reservation_counter=0,
        attributes=row["attributes"],
        recipient_integration_id=_set(row["recipient_integration_id"]),
        reservation=True,
        is_reservation_mandatory=False,
        implicitly_reserved=False,
    )


def created_referral(row: dict[str, Any] | ReferralRow) -> Referral:
    """Return a referral that a rule created, now or earlier."""
    if isinstance(row, ReferralRow):
        referral = created_referral(_content(row))
        referral.usage_counter = row.usage_counter
        return referral
    return Referral(
        id=row["id"],
        created=row["created"],
        campaign_id=row["campaign_id"],
        code=row["code"],
        usage_limit=row["usage_limit"],
        start_date=_set(row["start_date"]),
        expiry_date=_set(row["expiry_date"]),
        usage_counter=0,
        attributes=row["attributes"],
        advocate_profile_integration_id=row["advocate_profile_integration_id"],
        friend_profile_integration_id=_set(row["friend_profile_integration_id"]),
    )


def _content(row: CouponRow | ReferralRow) -> dict[str, Any]:
    """Return a stored code in the form of a newly created one."""
    return {**asdict(row), "attributes": document(row.attributes)}


def integration_coupon(
    row: CouponRow, redemptions: Redemptions | None, profile_id: int | None
) -> IntegrationCoupon:
    """Return a coupon of the session; figures without a limit come from the ledger."""
    counted = redemptions or Redemptions()
    discount = row.discount_counter if row.discount_limit is not None else counted.discount
    return IntegrationCoupon(
        id=row.id,
        created=row.created,
        campaign_id=row.campaign_id,
        value=row.value,
        usage_limit=row.usage_limit,
        discount_limit=_amount(row.discount_limit),
        reservation_limit=_set(row.reservation_limit),
        start_date=_set(row.start_date),
        expiry_date=_set(row.expiry_date),
        limits=decode_any(row.limits),
        usage_counter=row.usage_counter if row.usage_limit else counted.count,
        discount_counter=tidy(discount),
        discount_remainder=_amount(None if row.discount_limit is None else row.discount_limit - discount),
        reservation_counter=row.reservation_counter,
        attributes=document(row.attributes),
        referral_id=_set(row.referral_id),
        recipient_integration_id=_set(row.recipient_integration_id),
        import_id=_set(row.import_id),
        reservation=row.reservation,
        batch_id=_set(row.batch_id),
        is_reservation_mandatory=row.is_reservation_mandatory,
        implicitly_reserved=row.implicitly_reserved,
        profile_redemption_count=counted.by_profile.get(profile_id, 0) if profile_id is not None else 0,
    )


def count_redemptions(coupon: IntegrationCoupon, entries: CausedEntries, profile_id: int | None) -> None:
    """Add the redemptions and reversals of the command itself, so that the coupon is shown as the command leaves it."""
    for cause, entry in _each(entries):
        if entry.coupon_id != coupon.id:
            continue
        if entry.kind == "redeemCoupon":
            coupon.usage_counter += int(entry.amount)
            if profile_id is not None and cause.profile_id == profile_id:
                coupon.profile_redemption_count += int(entry.amount)
        if entry.coupon_discount is not None:
            coupon.discount_counter = tidy(coupon.discount_counter + entry.coupon_discount)
            if coupon.discount_remainder is not UNSET:
                coupon.discount_remainder = tidy(coupon.discount_remainder - entry.coupon_discount)


def count_referrals(referral: InventoryReferral, entries: CausedEntries, friend: str | None) -> None:
    """Add the redemptions and reversals of the command itself."""
    for _, entry in _each(entries):
        if entry.kind != "redeemReferral" or entry.referral_id != referral.id or friend is None:
            continue
        referral.usage_counter += int(entry.amount)
        others = [each for each in referral.referred_customers if each != friend]
        referral.referred_customers = [*others, friend] if entry.amount > 0 else others


def inventory_referral(row: ReferralRow, friends: list[str]) -> InventoryReferral:
    """Return the referral of the session."""
    return InventoryReferral(
        id=row.id,
        created=row.created,
        campaign_id=row.campaign_id,
        code=row.code,
        usage_limit=row.usage_limit,
        start_date=_set(row.start_date),
        expiry_date=_set(row.expiry_date),
        usage_counter=row.usage_counter if row.usage_limit else len(friends),
        attributes=document(row.attributes),
        advocate_profile_integration_id=row.advocate_profile_integration_id,
        friend_profile_integration_id=_set(row.friend_profile_integration_id),
        batch_id=_set(row.batch_id),
        import_id=_set(row.import_id),
        referred_customers=friends,
    )


def _each(entries: CausedEntries) -> Iterator[tuple[Cause, EntryRow]]:
    return ((cause, entry) for cause, caused in entries.items() for entry in caused)


def _set(value: Any) -> Any:
    return UNSET if value is None else value


def _amount(value: Decimal | None) -> Any:
    return UNSET if value is None else tidy(value)
