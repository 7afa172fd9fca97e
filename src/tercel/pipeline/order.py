"""The order in which a process reads and writes: all that the pipeline knows of the nouns that it serves."""

from __future__ import annotations

from typing import Any, NamedTuple

from tercel.pipeline.aggregate import Aggregate
from tercel.pipeline.load import Load
from tercel.pipeline.write import Write


class Order(NamedTuple):
    """Loads as they are sent, and writes in the one order in which all batches lock rows. Made once, at start-up."""

    loads: tuple[Load, ...]
    writes: tuple[Write, ...]

    @property
    def aggregates(self) -> list[Aggregate[Any, Any]]:
        """Whose deltas are written, each once."""
        return list(dict.fromkeys(write.aggregate for write in self.writes))
