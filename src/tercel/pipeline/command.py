"""The commands that the pipeline runs, and the protocol of the provider of the applications' configurations."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from typing import Any, Protocol, TypeVar

import msgspec
from psycopg import AsyncConnection

from tercel.pipeline.aggregate import Work
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs
from tercel.pipeline.owner import Owner


class Configuration(Protocol):
    """An application as compiled program and definitions."""

    @property
    def revision(self) -> tuple[int, int]:
        """The revisions of the application and of its account that this was made from."""

    @property
    def owner(self) -> Owner:
        """The application and its account."""


C = TypeVar("C", bound=Configuration)
C_contra = TypeVar("C_contra", bound=Configuration, contravariant=True)
C_co = TypeVar("C_co", bound=Configuration, covariant=True)


class Answer(msgspec.Struct, frozen=True):
    """What a command answers: an HTTP-like status and the encoded body."""

    status: int
    body: bytes


RepeatKey = tuple[int, str, str]
"""Application, scope and idempotency key of a repeatable request."""


def repeat_key(
    application_id: int, scope: str, idempotency_key: str | None, *, is_dry: bool = False
) -> RepeatKey | None:
    """Return the key under which an answer is remembered; None without an idempotency key, and for a dry request,
    which changes nothing."""
    return None if idempotency_key is None or is_dry else (application_id, scope, idempotency_key)


class Command(Protocol[C_contra]):
    """One state-changing request.

    Commands of one ``serial_key`` (a session, a profile) run one after the other, in order of arrival. ``first`` names
    what the request itself points at, ``follow`` what the rows found so far point at (it is asked again until it names
    nothing new); ``decide`` computes the answer
    and writes what should change into its draft. All three are synchronous and do no I/O.
    """

    application_id: int
    now: datetime
    serial_key: Hashable
    busy_message: str
    repeat_key: RepeatKey | None

    def first(self, needs: Needs, configuration: C_contra) -> None:
        """Add what the request names."""

    def follow(self, needs: Needs, work: Work, configuration: C_contra) -> None:
        """Add what the loaded rows name."""

    def decide(self, draft: Draft, configuration: C_contra) -> Answer:
        """Decide.

        Raises:
            TercelError: the request is refused; the draft is dropped.
        """


class Configurations(Protocol[C_co]):
    """The configurations of a process, cached under their revisions."""

    async def get(self, connection: AsyncConnection[Any], application_id: int) -> C_co:
        """Return the configuration that this process has; load it when it has none.

        Raises:
            NotFoundError: no such application.
        """

    async def reload(self, connection: AsyncConnection[Any], application_id: int) -> None:
        """Bring it up to date."""
