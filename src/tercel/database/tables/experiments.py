"""Experiments: campaigns with variants, each with a rule set of its own (behaviour/experiments 1)."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from tercel.database.tables.metadata import created, flag, identity, metadata, moment, ref, words

experiments = Table(
    "experiments",
    metadata,
    identity(),
    ref("application_id"),
    ref("campaign_id"),
    flag("is_variant_assignment_external"),
    words("goal_type"),
    words("goal_description", nullable=True),
    moment("activated"),  # when its campaign was first enabled
    created(),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("campaign_id"),
)
Index("ix_experiments_application_id", experiments.c.application_id)

experiment_variants = Table(
    "experiment_variants",
    metadata,
    identity(),
    ref("application_id"),
    ref("experiment_id"),
    ref("campaign_id"),
    ref("ruleset_id"),
    words("name"),
    Column("weight", SmallInteger, nullable=False),  # its share in per cent
    flag("is_primary"),
    created(),
    PrimaryKeyConstraint("id"),
    CheckConstraint("weight BETWEEN 1 AND 99", name="weight"),
)
Index("ix_experiment_variants_experiment_id", experiment_variants.c.experiment_id)
Index("ix_experiment_variants_ruleset_id", experiment_variants.c.ruleset_id)
