"""What Alembic runs to apply a migration, or to write one from the difference between tables and database.

``tercel.database.migrate`` hands over its connection. From the command line (``make migration-baseline``) there is
none, and the database of the environment's settings is used.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from tercel.database.embedded import running_database
from tercel.database.migrate import connect
from tercel.database.migrations.baseline import complete_revision
from tercel.database.migrations.comparison import includes
from tercel.database.tables.all import metadata
from tercel.settings import load_from_process


def run(connection: Connection) -> None:
    """Apply or compare with this connection; each migration is a transaction of its own."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transaction_per_migration=True,
        include_object=includes,
        process_revision_directives=complete_revision,
        on_version_apply=context.config.attributes.get("on_version_apply"),
    )
    with context.begin_transaction():
        context.run_migrations()


if "connection" in context.config.attributes:
    run(context.config.attributes["connection"])
else:
    with running_database(load_from_process()) as dsn, connect(dsn) as own_connection:
        run(own_connection)
