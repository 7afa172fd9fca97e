"""What is deleted with an application or a campaign: the rows of every table that names it, and its place in lists.

Tables whose rows stay, or that the ledger deletes because it keeps figures of them, say so (``tables.metadata``).
"""

from __future__ import annotations

from sqlalchemy import Table, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import JSONPATH

from tercel.database.tables.all import metadata
from tercel.database.transaction import Transaction


async def delete_belongings(tx: Transaction, **owner: int) -> None:
    """Delete what names the owner: ``application_id``, and ``campaign_id`` for what one campaign has."""
    for table in _belonging(set(owner)):
        conditions = [table.c[name] == value for name, value in owner.items()]
        for part in metadata.tables.values():
            if part.info.get("part_of") == table.name:
                whole = select(table.c.id).where(*conditions)
                owned = [part.c[name] == value for name, value in owner.items() if name in part.c]
                await tx.execute(delete(part).where(*owned, part.c[part.info["by"]].in_(whole)))
        await tx.execute(delete(table).where(*conditions))


async def disconnect(tx: Transaction, application_id: int) -> None:
    """Take an application out of what the account connects with applications, such as loyalty programs."""
    others = cast(f"$[*] ? (@ != {application_id})", JSONPATH)
    for table in metadata.tables.values():
        if "connected_by" in table.info:
            column = table.c[table.info["connected_by"]]
            left = func.jsonb_path_query_array(column, others)
            await tx.execute(update(table).where(column.contains([application_id])).values({column: left}))


def _belonging(names: set[str]) -> list[Table]:
    return [
        table
        for table in metadata.tables.values()
        if names <= set(table.c.keys()) and not {"deletion", "part_of"} & set(table.info)
    ]
