"""What counts when the tables in the code are compared with those in a database."""

from __future__ import annotations

import re
from typing import Any

_PARTITION = re.compile(r"_(default|y\d{4}m\d{2})$")


def includes(element: Any, name: str | None, kind: str, reflected: bool, _compare_to: Any) -> bool:
    """Leave out partitions and their indexes, which belong to the partitioned table; Alembic's ``include_object``."""
    table = name if kind == "table" else getattr(getattr(element, "table", None), "name", None)
    return not (reflected and table and _PARTITION.search(table))
