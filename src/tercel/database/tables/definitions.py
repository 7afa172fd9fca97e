"""Account-wide definitions: attributes, additional costs and event types."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, PrimaryKeyConstraint, Table, UniqueConstraint

from tercel.database.tables.metadata import created, document, flag, identity, metadata, moment, ref, words

attributes = Table(
    "attributes",
    metadata,
    identity(),
    ref("account_id"),
    words("entity"),
    words("event_type"),  # '' unless the entity is Event
    words("name"),
    words("title"),
    words("type"),
    words("description"),
    document("suggestions", "[]"),
    ref("allowed_list_id", nullable=True),  # the import that its list of allowed values came with
    flag("restricted_by_suggestions"),
    flag("editable", default=True),
    document("subscribed_application_ids", "[]"),
    document("subscribed_catalog_ids", "[]"),
    created(),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("account_id", "entity", "event_type", "name"),
)

allowed_items = Table(
    "allowed_items",  # of lists of allowed values, in pieces of files; what is read back whole is text
    metadata,
    ref("attribute_id"),
    ref("first_line"),
    words("items"),
    PrimaryKeyConstraint("attribute_id", "first_line"),
)

additional_costs = Table(
    "additional_costs",
    metadata,
    identity(),
    ref("account_id"),
    words("name"),
    words("title"),
    words("description"),
    words("type"),
    document("subscribed_application_ids", "[]"),
    created(),
    moment("modified"),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("account_id", "name"),
    CheckConstraint("type IN ('session', 'item', 'both')", name="type"),
)

event_types = Table(
    "event_types",
    metadata,
    identity(),
    ref("account_id"),
    words("name"),
    words("title"),
    words("description"),
    created(),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("account_id", "name"),
)
