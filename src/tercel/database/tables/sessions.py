"""Customer sessions, the events of their lives, and remembered answers to repeated requests."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, TEXT

from tercel.database.tables.metadata import (
    BY_LEDGER,
    STAYS,
    allocated,
    amount,
    count,
    created,
    document,
    flag,
    metadata,
    moment,
    ref,
    words,
)
from tercel.database.tables.sequences import EVENTS, RETURNS, SESSIONS

sessions = Table(
    "sessions",
    metadata,
    allocated(SESSIONS),
    ref("application_id"),
    words("integration_id"),
    words("key"),
    ref("profile_id", nullable=True),
    words("profile_integration_id", nullable=True),
    words("store_integration_id", nullable=True),
    words("state"),
    Column("coupon_codes", ARRAY(TEXT), nullable=False, server_default=text("'{}'")),
    words("referral_code", nullable=True),
    document("loyalty_cards", "[]"),
    document("identifiers", "[]"),
    document("variants", "[]"),
    document("additional_costs"),
    document("attributes"),
    # As text, like effects.
    Column("cart_items", TEXT, nullable=False, server_default=text("'[]'")),
    flag("first_session"),
    count("update_count"),
    amount("total"),
    amount("cart_item_total"),
    amount("additional_cost_total"),
    amount("cart_item_additional_cost_total"),
    amount("total_discounts"),
    document("created_codes"),  # behaviour/sessions 10: what rules created for this session, by memory key
    ref("effects_event_id", nullable=True),  # the event whose effects are the current ones
    count("version"),
    created(),
    moment("updated", nullable=False),
    moment("closed_at"),
    moment("cancelled_at"),
    PrimaryKeyConstraint("application_id", "id"),
    UniqueConstraint("application_id", "key"),
    CheckConstraint("state IN ('open', 'closed', 'partially_returned', 'cancelled')", name="state"),
    # Carts are updated a few times soon after they were made, several of a page in one batch. With room for each of them a second time,
    # 99 of 100 updates touch no index; with a fifth of the page 93, and fewer the larger batches are.
    info={"fillfactor": 50, **BY_LEDGER},
)
Index("ix_sessions_application_id_created", sessions.c.application_id, sessions.c.created, sessions.c.id)
Index(
    "ix_sessions_profile_id",
    sessions.c.application_id,
    sessions.c.profile_id,
    postgresql_where=sessions.c.profile_id.isnot(None),
)
Index(
    "ix_sessions_coupon_codes",
    sessions.c.coupon_codes,
    postgresql_using="gin",
    postgresql_where=text("coupon_codes <> '{}'"),
)

events = Table(
    "events",
    metadata,
    allocated(EVENTS),
    ref("application_id"),
    created(),
    words("type"),
    ref("profile_id", nullable=True),
    words("profile_integration_id", nullable=True),
    words("store_integration_id", nullable=True),
    ref("session_id", nullable=True),
    words("session_integration_id", nullable=True),
    words("integration_id", nullable=True),
    document("attributes"),
    # JSON that is read back whole, as text: JSONB takes the server twice as long to write. What looks into it casts it.
    Column("effects", TEXT, nullable=False, server_default=text("'[]'")),
    Column("rule_failure_reasons", JSONB, nullable=True),
    PrimaryKeyConstraint("application_id", "created", "id"),  # in the order of lists
    info={"partition_by": "created", **STAYS},
)
Index("ix_events_session_id", events.c.application_id, events.c.session_id, events.c.id)

returns = Table(
    "returns",
    metadata,
    allocated(RETURNS),
    ref("application_id"),
    ref("account_id"),
    ref("session_id"),
    words("session_integration_id"),
    ref("profile_id", nullable=True),
    words("profile_integration_id", nullable=True),
    ref("event_id"),
    document("items", "[]"),
    created(),
    PrimaryKeyConstraint("application_id", "id"),
)
Index("ix_returns_session_id", returns.c.application_id, returns.c.session_id)

# Because: a partitioned table can keep nothing unique but by its time as well.
event_keys = Table(
    "event_keys",
    metadata,
    ref("application_id"),
    words("key"),  # of the integration id that the client chose for its event
    ref("event_id"),
    created(),  # that of the event, which says where it is
    PrimaryKeyConstraint("application_id", "key"),
    info=STAYS,
)

idempotency = Table(
    "idempotency",
    metadata,
    ref("application_id"),
    words("scope"),  # method and path
    words("key"),
    Column("status", SmallInteger, nullable=False),
    Column("body", BYTEA, nullable=False),
    created(),
    PrimaryKeyConstraint("application_id", "scope", "key"),
)
Index("ix_idempotency_created", idempotency.c.created)
