"""Coupons, their reservations, and referrals.

``usage_counter`` and ``discount_counter`` are kept only where a limit exists; without one the figure is the sum of
the ledger's entries.
"""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table, UniqueConstraint, func

from tercel.database.tables.metadata import (
    allocated,
    amount,
    count,
    created,
    document,
    flag,
    metadata,
    moment,
    part_of,
    ref,
    words,
)
from tercel.database.tables.sequences import COUPONS, REFERRALS

coupons = Table(
    "coupons",
    metadata,
    allocated(COUPONS),
    ref("application_id"),
    ref("campaign_id"),
    words("value"),
    count("usage_limit"),
    count("usage_counter"),
    amount("discount_limit", nullable=True),
    amount("discount_counter"),
    ref("reservation_limit", nullable=True),
    count("reservation_counter"),
    flag("reservation", default=True),
    flag("is_reservation_mandatory"),
    flag("implicitly_reserved"),
    moment("start_date"),
    moment("expiry_date"),
    document("limits", "[]"),
    document("attributes"),
    words("recipient_integration_id", nullable=True),
    words("batch_id", nullable=True),
    ref("referral_id", nullable=True),
    ref("import_id", nullable=True),
    count("edits"),  # rises with each change but those that redemptions and rules make
    created(),
    PrimaryKeyConstraint("application_id", "id"),
    UniqueConstraint("application_id", "value"),
    # A redemption changes a counter that no index holds: with room in the page it touches none of the indexes.
    info={"fillfactor": 90},
)
Index("ix_coupons_campaign_id", coupons.c.application_id, coupons.c.campaign_id, coupons.c.id)
# People look for a code without minding its case.
Index("ix_coupons_lower_value", coupons.c.application_id, func.lower(coupons.c.value))

coupon_reservations = Table(
    "coupon_reservations",
    metadata,
    ref("application_id"),
    ref("coupon_id"),
    ref("profile_id"),
    created(),
    PrimaryKeyConstraint("application_id", "coupon_id", "profile_id"),
    info=part_of("coupons", "coupon_id"),
)
Index(
    "ix_coupon_reservations_profile_id",
    coupon_reservations.c.application_id,
    coupon_reservations.c.profile_id,
)

referrals = Table(
    "referrals",
    metadata,
    allocated(REFERRALS),
    ref("application_id"),
    ref("campaign_id"),
    words("code"),
    count("usage_limit"),
    count("usage_counter"),
    moment("start_date"),
    moment("expiry_date"),
    words("advocate_profile_integration_id"),
    words("friend_profile_integration_id", nullable=True),
    document("attributes"),
    words("batch_id", nullable=True),
    ref("import_id", nullable=True),
    count("edits"),  # as of a coupon
    created(),
    PrimaryKeyConstraint("application_id", "id"),
    UniqueConstraint("application_id", "code"),
)
Index("ix_referrals_campaign_id", referrals.c.application_id, referrals.c.campaign_id, referrals.c.id)
