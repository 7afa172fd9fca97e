"""What Alembic's autogeneration leaves out of a new migration: sequences, functions, partitions and free space.

Tables marked with ``info={"partition_by": column}`` are partitioned by that column, with a default partition; those
of the months are made while running (``tercel.database.partitions``). Those with ``info={"fillfactor": per cent}``
leave room in each page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Sequence, inspect

from tercel.database.tables import routines
from tercel.database.tables.sequences import ALL


def complete_revision(context: MigrationContext, _revision: object, directives: list[Any]) -> None:
    """Add missing sequences before, and partitions and storage after, the tables of a generated migration."""
    script: ops.MigrationScript
    for script in directives:
        upgrade = script.upgrade_ops
        assert upgrade is not None
        upgrade.ops = [*_missing_sequences(context), *_routines(), *_with_storage(upgrade.ops)]


def _missing_sequences(context: MigrationContext) -> list[ops.MigrateOperation]:
    connection = context.connection
    assert connection is not None
    present = set(inspect(connection).get_sequence_names())
    missing: list[Sequence] = [sequence for sequence in ALL.values() if sequence.name not in present]
    return [ops.ExecuteSQLOp(f"CREATE SEQUENCE {sequence.name} AS BIGINT") for sequence in missing]


def _routines() -> list[ops.MigrateOperation]:
    return [ops.ExecuteSQLOp(definition) for definition in routines.ALL]


def _with_storage(operations: Iterable[ops.MigrateOperation]) -> list[ops.MigrateOperation]:
    result: list[ops.MigrateOperation] = []
    for operation in operations:
        result.append(operation)
        if not isinstance(operation, ops.CreateTableOp):
            continue
        name = operation.table_name
        if column := operation.info.get("partition_by"):
            operation.kw["postgresql_partition_by"] = f"RANGE ({column})"
            result.append(ops.ExecuteSQLOp(f"CREATE TABLE {name}_default PARTITION OF {name} DEFAULT"))
        if share := operation.info.get("fillfactor"):
            result.append(ops.ExecuteSQLOp(f"ALTER TABLE {name} SET (fillfactor = {share})"))
    return result
