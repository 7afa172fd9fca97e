"""Jobs: what people asked for that takes longer than a request, who works on it, and how far it is."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table, text

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
    ref("application_id"),
    ref("campaign_id"),
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
    info=STAYS,  # what is at work finds that its campaign is gone
)
Index("ix_jobs_application_id_id", jobs.c.application_id, jobs.c.id)
Index("ix_jobs_pending", jobs.c.campaign_id, jobs.c.id, postgresql_where=text("status = 'pending'"))
