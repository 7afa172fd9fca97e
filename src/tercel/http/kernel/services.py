"""What the composition root makes once and every handler may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tercel.database.engine import Database
from tercel.database.readiness import Readiness
from tercel.features.jobs.bell import Bell
from tercel.features.keys.callers import Callers
from tercel.features.throttles.throttles import Throttles
from tercel.pipeline.queue import Pipeline
from tercel.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The objects behind the handlers."""

    settings: Settings
    database: Database
    readiness: Readiness
    clock: Callable[[], datetime]
    callers: Callers
    throttles: Throttles
    pipeline: Pipeline
    bell: Bell  # for whoever asks for a job
