"""All brakes of one process that count in memory, opened and closed together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tercel.features.access.throttles import codes, rates, strangers
from tercel.features.access.throttles.codes import CodeThrottle
from tercel.features.access.throttles.memory import SharedMemory
from tercel.features.access.throttles.rates import Rates
from tercel.features.access.throttles.strangers import Strangers
from tercel.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttles:
    """The brakes."""

    rates: Rates
    strangers: Strangers
    codes: CodeThrottle


@contextmanager
def open_throttles(settings: Settings, directory: Path | None) -> Iterator[Throttles]:
    """Yield the throttles that the settings name, counting together with the processes that share the directory."""
    memory = SharedMemory(directory, settings.workers)
    try:
        yield Throttles(
            rates=Rates(settings.rate_limit, memory.counts("rates", rates.WINDOW_S)),
            strangers=Strangers(settings.stranger_rate_limit, memory.counts("strangers", strangers.WINDOW_S)),
            codes=CodeThrottle(settings.unknown_codes_limit, memory.counts("codes", codes.WINDOW_S)),
        )
    finally:
        memory.close()
