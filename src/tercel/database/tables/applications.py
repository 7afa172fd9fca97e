"""Applications, their integration keys and their stores."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, PrimaryKeyConstraint, SmallInteger, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import BYTEA

from tercel.database.tables.metadata import (
    count,
    created,
    document,
    flag,
    identity,
    metadata,
    moment,
    ref,
    words,
)

applications = Table(
    "applications",
    metadata,
    identity(),
    ref("account_id"),
    words("name"),
    words("description", nullable=True),
    words("timezone"),
    words("currency"),
    words("case_sensitivity"),
    words("default_discount_scope"),
    words("default_item_scope"),
    flag("enable_cascading_discounts"),
    flag("enable_flattened_cart_items", default=True),
    flag("enable_partial_discounts"),
    flag("caps_discounts"),
    flag("enable_campaign_state_management"),
    flag("sandbox"),
    document("attributes"),
    document("attributes_settings"),
    document("limits", "[]"),
    ref("default_evaluation_group_id", nullable=True),
    ref("default_cart_item_filter_id", nullable=True),
    count("revision"),  # rises with each change that an evaluation could notice; caches compare it
    created(),
    moment("modified"),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("account_id", "name"),
    CheckConstraint(
        "case_sensitivity IN ('sensitive', 'insensitive-uppercase', 'insensitive-lowercase')",
        name="case_sensitivity",
    ),
    CheckConstraint(
        "default_discount_scope IN ('sessionTotal', 'cartItems', 'additionalCosts')",
        name="default_discount_scope",
    ),
    CheckConstraint(
        "default_item_scope IN ('price', 'itemTotal', 'additionalCosts')", name="default_item_scope"
    ),
)

revisions = Table(
    "revisions",  # those in force, of the application and of its account, in slots: orders share one, edits write all
    metadata,
    ref("application_id"),
    Column("slot", SmallInteger, nullable=False),
    ref("own"),
    ref("account"),
    PrimaryKeyConstraint("application_id", "slot"),
    info={"fillfactor": 50, "deletion": "last of all"},
)

application_keys = Table(
    "application_keys",
    metadata,
    identity(),
    ref("application_id"),
    ref("account_id"),
    ref("created_by"),
    words("title"),
    words("platform"),
    words("type", nullable=True),  # staging = a testing key: always dry
    Column("key_hash", BYTEA, nullable=False),
    count("time_offset"),  # nanoseconds added to now, for testing keys
    moment("expires", nullable=False),
    created(),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("key_hash"),
)

stores = Table(
    "stores",
    metadata,
    identity(),
    ref("application_id"),
    words("integration_id"),
    words("key"),
    words("name"),
    words("description"),
    document("attributes"),
    created(),
    moment("updated"),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("application_id", "key"),
)
