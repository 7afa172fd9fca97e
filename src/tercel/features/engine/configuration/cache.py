"""The configurations of a process: made when first needed, remade when their revision is behind."""

from __future__ import annotations

import asyncio
import gc
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection

from tercel.base.errors import NotFoundError
from tercel.base.numbers import use_engine_context
from tercel.evaluation.facts import CampaignFacts, GroupFacts
from tercel.evaluation.program.program import RulesetCache, build_program
from tercel.features.campaigns.campaigns.load import (
    LoadedApplication,
    LoadedCost,
    load_additional_costs,
    load_application,
    load_campaigns,
    load_event_types,
    load_groups,
)
from tercel.features.common.allowed_items import AllowedItems
from tercel.features.engine.configuration.model import Configuration, CostDefinition
from tercel.features.engine.configuration.outgoing import Outgoing, load_outgoing
from tercel.features.loyalty.programs.load import load_programs
from tercel.points.program import Program as LoyaltyProgram

_LARGE = 100


class ConfigurationCache:
    """Implements the pipeline's ``Configurations``. A reload reads only the campaigns that changed."""

    def __init__(self) -> None:
        self._known: dict[int, _Loaded] = {}
        self._loading: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._compiling: dict[int, asyncio.Task[None]] = {}
        self._lists = AllowedItems()

    async def get(self, connection: AsyncConnection[Any], application_id: int) -> Configuration:
        """Return the configuration of an application.

        Raises:
            NotFoundError: no such application.
        """
        while application_id not in self._known:
            await self.reload(connection, application_id)
        return self._known[application_id].configuration

    async def reload(self, connection: AsyncConnection[Any], application_id: int) -> None:
        """Bring it up to date; a caller that waited for another reload finds it done and checks again."""
        lock = self._loading[application_id]
        if lock.locked():
            async with lock:
                if application_id in self._known:
                    return
        async with lock:
            if application_id in self._compiling:
                await asyncio.shield(self._compiling[application_id])
                return
            found = await _read(connection, application_id, self._known.get(application_id), self._lists)
            if found is None:
                self._known.pop(application_id, None)
                raise NotFoundError(f"application `{application_id}` does not exist")
            if found.is_large:
                task = asyncio.create_task(self._compile_aside(application_id, found))
                self._compiling[application_id] = task
                # Because: compiling may take longer than the batch that asked for it has. What was begun is finished and
                # kept, and not made again and again by one late batch after the other.
                await asyncio.shield(task)
            else:
                self._known[application_id] = found.compile()

    async def _compile_aside(self, application_id: int, found: _Found) -> None:
        """Compile for seconds, in a thread, while the event loop answers others."""
        try:
            self._known[application_id] = await asyncio.to_thread(found.compile)
        finally:
            del self._compiling[application_id]


class _Loaded:
    """A configuration with what its next reload builds on."""

    __slots__ = ("campaigns", "compiled", "configuration")

    def __init__(
        self, configuration: Configuration, campaigns: dict[int, CampaignFacts], compiled: RulesetCache
    ) -> None:
        self.configuration = configuration
        self.campaigns = campaigns
        self.compiled = compiled


@dataclass(slots=True, kw_only=True)
class _Found:
    """What was read, to be compiled."""

    application: LoadedApplication
    campaigns: dict[int, CampaignFacts]
    compiled: RulesetCache
    groups: Sequence[GroupFacts]
    costs: dict[str, LoadedCost]
    event_types: frozenset[str]
    outgoing: Outgoing
    programs: Mapping[int, LoyaltyProgram]
    is_large: bool

    def compile(self) -> _Loaded:
        """Compile what is not compiled yet."""
        application = self.application
        with _uncollected(is_large=self.is_large):
            use_engine_context()
            program = build_program(
                application.facts, self.campaigns.values(), self.groups, cache=self.compiled
            )
        configuration = Configuration(
            revision=application.revision,
            application=application.facts,
            is_sandbox=application.is_sandbox,
            program=program,
            definitions=application.definitions,
            event_types=self.event_types,
            costs={name: CostDefinition(id=cost.id, type=cost.type) for name, cost in self.costs.items()},
            cost_ids={name: cost.id for name, cost in self.costs.items()},
            outgoing=self.outgoing,
            programs=self.programs,
            has_limits=any(campaign.limits or campaign.store_limits for campaign in self.campaigns.values()),
        )
        return _Loaded(configuration, self.campaigns, self.compiled)


async def _read(
    connection: AsyncConnection[Any], application_id: int, known: _Loaded | None, lists: AllowedItems
) -> _Found | None:
    application = await load_application(connection, application_id, lists)
    if application is None:
        return None
    campaigns = dict(known.campaigns) if known is not None else {}
    compiled = dict(known.compiled) if known is not None else {}
    changed, existing = await load_campaigns(
        connection,
        application_id,
        since_revision=known.configuration.revision[0] if known is not None else -1,
        definitions=application.definitions.get(("Campaign", ""), {}),
    )
    for campaign in changed:
        campaigns[campaign.id] = campaign
        variants = campaign.experiment.variants if campaign.experiment is not None else ()
        for ruleset_id in (campaign.ruleset_id, *(variant.ruleset_id for variant in variants)):
            if ruleset_id is not None:
                compiled.pop(ruleset_id, None)
    return _Found(
        application=application,
        campaigns={
            campaign_id: campaigns[campaign_id] for campaign_id in existing if campaign_id in campaigns
        },
        compiled=compiled,
        groups=await load_groups(connection, application_id),
        costs=await load_additional_costs(connection, application.facts.account_id, application_id),
        event_types=await load_event_types(connection, application.facts.account_id),
        outgoing=await load_outgoing(connection, application.facts.account_id, application_id),
        programs=await load_programs(
            connection, application.facts.account_id, is_sandbox=application.is_sandbox
        ),
        is_large=len(changed) >= _LARGE,
    )


@contextmanager
def _uncollected(*, is_large: bool) -> Iterator[None]:
    """Compile many campaigns without the collector walking all of them again and again.

    What was made lives long and is put where the collector does not look: thousands of compiled rules would otherwise
    be walked by every full collection while requests wait.
    """
    if not is_large:
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
