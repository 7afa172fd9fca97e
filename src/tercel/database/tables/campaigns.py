"""Campaigns, their rule sets, and the groups they are evaluated in.

Orders read campaigns and never write them: what orders tell of them, when they were last active, is kept beside them.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, Table, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT

from tercel.database.tables.metadata import (
    amount,
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

campaigns = Table(
    "campaigns",
    metadata,
    identity(),
    ref("application_id"),
    ref("account_id"),
    words("name"),
    words("description"),
    words("state"),
    words("type"),
    moment("start_time"),
    moment("end_time"),
    document("attributes"),
    Column("tags", ARRAY(TEXT), nullable=False, server_default=text("'{}'")),
    Column("features", ARRAY(TEXT), nullable=False, server_default=text("'{}'")),
    Column("linked_store_ids", ARRAY(BIGINT), nullable=False, server_default=text("'{}'")),
    flag("stores_imported"),
    Column("campaign_groups", ARRAY(BIGINT), nullable=False, server_default=text("'{}'")),
    document("limits", "[]"),
    document("coupon_settings"),
    document("referral_settings"),
    document("coupon_attributes"),
    flag("reevaluate_on_return"),
    ref("active_ruleset_id", nullable=True),
    ref("evaluation_group_id", nullable=True),
    ref("experiment_id", nullable=True),
    Column("position", Integer, nullable=False, server_default=text("0")),  # order inside its group
    ref("user_id", nullable=True),
    ref("updated_by_id", nullable=True),
    count("revision"),  # the application's revision at the last change, so that caches load only what changed
    created(),
    moment("updated"),
    PrimaryKeyConstraint("id"),
    CheckConstraint("state IN ('enabled', 'disabled', 'archived')", name="state"),
    CheckConstraint("type IN ('advanced', 'cartItem')", name="type"),
)
Index("ix_campaigns_application_id_id", campaigns.c.application_id, campaigns.c.id)
Index("ix_campaigns_application_id_revision", campaigns.c.application_id, campaigns.c.revision)

campaign_activity = Table(
    "campaign_activity",
    metadata,
    ref("application_id"),
    ref("campaign_id"),
    moment("last_activity", nullable=False),
    PrimaryKeyConstraint("application_id", "campaign_id"),
)

rulesets = Table(
    "rulesets",
    metadata,
    identity(),
    ref("application_id"),
    ref("campaign_id"),
    ref("user_id", nullable=True),
    document("rules", "[]"),
    document("strikethrough_rules", "[]"),
    document("bindings", "[]"),
    words("rb_version", nullable=True),
    moment("activated_at"),
    created(),
    PrimaryKeyConstraint("id"),
)
Index("ix_rulesets_campaign_id_id", rulesets.c.campaign_id, rulesets.c.id)

store_budgets = Table(
    "store_budgets",
    metadata,
    ref("application_id"),
    ref("campaign_id"),
    ref("store_id"),
    words("action"),
    words("period"),  # empty for a budget of all times
    amount("limit"),
    flag("imported"),
    created(),
    PrimaryKeyConstraint("campaign_id", "action", "period", "store_id"),
)
Index("ix_store_budgets_store_id", store_budgets.c.store_id)

evaluation_groups = Table(
    "evaluation_groups",
    metadata,
    identity(),
    ref("application_id"),
    ref("parent_id", nullable=True),  # null for the application's base group
    words("name"),
    words("description"),
    words("evaluation_mode"),
    words("evaluation_scope"),
    flag("locked"),
    Column("position", Integer, nullable=False, server_default=text("0")),
    created(),
    PrimaryKeyConstraint("id"),
    CheckConstraint(
        "evaluation_mode IN ('stackable', 'listOrder', 'lowestDiscount', 'highestDiscount')",
        name="evaluation_mode",
    ),
    CheckConstraint("evaluation_scope IN ('session', 'cartItem')", name="evaluation_scope"),
)
Index("ix_evaluation_groups_application_id", evaluation_groups.c.application_id)
