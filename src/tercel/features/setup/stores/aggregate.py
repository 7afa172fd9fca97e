"""Stores in the pipeline: only read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from tercel.pipeline.aggregate import Aggregate, Unchanged, Work
from tercel.pipeline.load import Load
from tercel.pipeline.needs import Keys
from tercel.pipeline.owner import APPLICATION
from tercel.pipeline.rows import columns, rows_of

StoreKey = tuple[int, str]
"""An application and the key of a store's integration id in it."""
STORE_KEYS = Keys[StoreKey](application_id="BIGINT", key="TEXT")


class StoreRow(msgspec.Struct, kw_only=True, gc=False):
    """A store as loaded."""

    id: int
    application_id: int
    integration_id: str
    key: str
    name: str
    attributes: msgspec.Raw


STORES = Aggregate[dict[StoreKey, StoreRow], Unchanged]("stores", rows=dict, delta=Unchanged)


def _take(work: Work, rows: Iterable[tuple[Any, ...]]) -> None:
    stores = work[STORES]
    for store in rows_of(StoreRow, rows):
        stores[store.application_id, store.key] = store


LOAD_STORES = Load(
    f"""SELECT {columns("t", StoreRow)} FROM {STORE_KEYS.recordset} JOIN stores AS t USING (application_id, key)
    WHERE t.application_id = %s""",
    (STORE_KEYS, APPLICATION),
    _take,
)
