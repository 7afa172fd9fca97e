"""Commands of requests, and their answers."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from tercel.features.campaigns.campaigns.shown import names_campaigns, with_campaigns
from tercel.features.engine.configuration.model import Configuration
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.call import Call
from tercel.pipeline.command import Command

B = TypeVar("B")
Q = TypeVar("Q")
T = TypeVar("T")


async def submit(call: Call[B, Q], command: Command[Configuration], wanted: Collection[str] = ()) -> Raw[T]:
    """Run a command; its answer, with the campaigns that it names where the ``wanted`` parts may name some."""
    answer = await call.services.pipeline.submit(command)
    if names_campaigns(wanted):
        application_id = call.caller.own_application_id
        answer = await with_campaigns(call.services.database, application_id, answer, call.now)
    return Raw(answer.body, status=answer.status)
