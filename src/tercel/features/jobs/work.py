"""Kinds of work: what a feature registers, so that its jobs can be done (ADR 0052)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tercel.database.transaction import Transaction
from tercel.features.jobs.model import OpenJob, Status, Step


class Work(Protocol):
    """What is done for one job. It lives as long as one process works on the job."""

    async def step(self, tx: Transaction, job: OpenJob) -> Step:
        """Do the next part of the job."""


@dataclass(frozen=True, slots=True)
class KindOfWork:
    """A kind of jobs: its name in rows and answers, and what begins the work on one.

    ``endings`` are statuses for failures that have a name of their own, by the titles of their problems.
    """

    name: str
    begin: Callable[[], Work]
    endings: Mapping[str, Status] = field(default_factory=dict)
