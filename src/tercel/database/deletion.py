"""What is deleted with an application or a campaign: the rows of every table that names it.

Tables whose rows stay, or that the ledger deletes because it keeps figures of them, say so (``tables.metadata``).
"""

from __future__ import annotations

from sqlalchemy import Table, delete, select

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


def _belonging(names: set[str]) -> list[Table]:
    return [
        table
        for table in metadata.tables.values()
        if names <= set(table.c.keys()) and not {"deletion", "part_of"} & set(table.info)
    ]
