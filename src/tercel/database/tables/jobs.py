"""Jobs: what people asked for that takes longer than a request, who works on it, and how far it is."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table, text

from tercel.database.tables.metadata import (
    STAYS,
    count,
    created,
    document,
    identity,
    metadata,
    moment,
    ref,
    words,
)

jobs = Table(
    "jobs",
    metadata,
    identity(),
    ref("account_id"),
    ref("application_id", nullable=True),  # none: it belongs to the account alone
    ref("campaign_id", nullable=True),
    words("line"),  # jobs of one line run one after another
    words("kind"),
    words("status"),
    document("settings"),
    ref("total", nullable=True),
    count("done"),
    count("position"),
    count("attempts"),
    moment("held_until"),
    words("batch_id", nullable=True),
    words("message", nullable=True),
    ref("created_by_id"),
    created(),
    moment("finished"),
    PrimaryKeyConstraint("id"),
    CheckConstraint("campaign_id IS NULL OR application_id IS NOT NULL", name="campaign_in_application"),
    info=STAYS,  # what is at work finds that its campaign is gone
)
Index("ix_jobs_application_id_id", jobs.c.application_id, jobs.c.id)
Index("ix_jobs_account_id_id", jobs.c.account_id, jobs.c.id, postgresql_where=text("application_id IS NULL"))
Index("ix_jobs_pending", jobs.c.line, jobs.c.id, postgresql_where=text("status = 'pending'"))
