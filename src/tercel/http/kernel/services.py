"""What the composition root makes once and every handler may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tercel.database.engine import Database
from tercel.features.accounts.throttle import LogInThrottle
from tercel.features.keys.callers import Callers
from tercel.pipeline.queue import Pipeline
from tercel.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The objects behind the handlers."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    callers: Callers
    log_ins: LogInThrottle
    pipeline: Pipeline
