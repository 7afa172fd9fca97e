"""An application's campaigns, compiled and indexed: what an evaluation runs.

A program is immutable and belongs to one revision of its application. Compiled rule sets are kept by the id of the rule
set in a cache that the caller owns, so that one changed campaign does not recompile the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec

from tercel.evaluation.entities.campaign import Application, Campaign
from tercel.evaluation.entities.run import RULE_SCOPE
from tercel.evaluation.facts import ApplicationFacts, CampaignFacts, GroupFacts
from tercel.evaluation.program.index import CampaignIndex
from tercel.evaluation.program.tree import Group, build_tree
from tercel.evaluation.snapshot import LimitFacts
from tercel.language.compiler.named import charged
from tercel.language.reader import ReadError, read
from tercel.language.running.run import Compiled
from tercel.rules.compiled import CompiledRuleset, compile_ruleset
from tercel.rules.reader import RulesetError, read_ruleset

#: Compiled rule sets by id, or why one does not compile.
RulesetCache = dict[int, "CompiledRuleset | str"]


@dataclass(frozen=True, slots=True)
class CompiledCampaign:
    """A campaign ready to run.

    ``order`` is its place in the evaluation tree. ``ruleset`` is None without rules or when they do not compile; ``problem`` then
    holds the reason. ``is_plain`` marks campaigns that always run: enabled, without schedule, stores or experiment. ``groups`` holds the
    groups from the base group to its parent, whose id and mode its effects show. The campaign of an experiment has ``variants`` by id, each a
    compiled campaign with its ``variant_id``.
    """

    facts: CampaignFacts
    id: int
    ruleset_id: int
    order: int
    ruleset: CompiledRuleset | None
    problem: str
    entity: Campaign
    limits: Mapping[str, tuple[LimitFacts, ...]]
    has_limits: bool
    is_plain: bool
    groups: tuple[Group, ...]
    group_id: int | None = None
    group_mode: str | None = None
    experiment_id: int | None = None
    variant_id: int | None = None
    variants: Mapping[int, CompiledCampaign] = field(default_factory=dict)

    def is_running(self, now: datetime) -> bool:
        """Tell whether it is enabled, within its schedule, and has rules (behaviour/evaluation 1)."""
        facts = self.facts
        return facts.state == "enabled" and self.is_scheduled(now)

    def is_scheduled(self, now: datetime) -> bool:
        """Tell whether it is within its schedule and has rules, whatever its state."""
        facts = self.facts
        return (
            self.ruleset is not None
            and (facts.start_time is None or facts.start_time <= now)
            and (facts.end_time is None or now < facts.end_time)
        )

    def is_linked_to(self, store_id: int | None) -> bool:
        """Tell whether it runs for the store; a campaign without linked stores runs for all, and without a store."""
        stores = self.facts.linked_store_ids
        return not stores or store_id in stores


@dataclass(frozen=True, slots=True)
class Program:
    """An application with its campaigns in the order of the evaluation tree.

    ``by_id`` holds all campaigns, also those that cannot run, so that their codes are refused with the right reason. ``is_plain``
    means that no group of the tree chooses among its members, ``has_limits`` that some campaign has a budget. ``experiments`` holds the
    campaigns with variants.
    """

    application: ApplicationFacts
    entity: Application
    campaigns: tuple[CompiledCampaign, ...]
    by_id: Mapping[int, CompiledCampaign]
    tree: Group
    is_plain: bool
    has_limits: bool
    index: CampaignIndex
    filters: Mapping[str, Compiled]
    experiments: tuple[CompiledCampaign, ...] = ()

    @property
    def problems(self) -> dict[int, str]:
        """Reasons why campaigns never fire, by campaign id."""
        return {campaign.facts.id: campaign.problem for campaign in self.campaigns if campaign.problem}


def build_program(
    application: ApplicationFacts,
    campaigns: Iterable[CampaignFacts],
    groups: Sequence[GroupFacts] = (),
    *,
    cache: RulesetCache | None = None,
    filters: Mapping[str, Any] | None = None,
) -> Program:
    """Compile and index the campaigns of an application; ``filters`` are its cart item filters, by name and by id.

    Without groups the campaigns stand in one stackable group, in the order given. A rule set that cannot be read makes
    its campaign never fire and leaves the others alone.
    """
    cache = {} if cache is None else cache
    facts = {campaign.id: campaign for campaign in campaigns}
    tree = build_tree(groups, list(facts))
    compiled = []
    for order, (campaign_id, path) in enumerate(tree.leaves()):
        campaign = _compile_campaign(facts[campaign_id], order, path, cache)
        compiled.append(_with_variants(campaign, cache))
    return Program(
        application=application,
        entity=Application(application),
        campaigns=tuple(compiled),
        by_id={campaign.facts.id: campaign for campaign in compiled},
        tree=tree,
        is_plain=tree.is_plain,
        has_limits=any(campaign.has_limits for campaign in compiled),
        index=CampaignIndex.over(
            (campaign.order, campaign.facts.id, each.ruleset)
            for campaign in compiled
            for each in (campaign.variants.values() or (campaign,))
            if each.ruleset
        ),
        filters=_compile_filters(filters or {}),
        experiments=tuple(campaign for campaign in compiled if campaign.experiment_id is not None),
    )


def _compile_filters(filters: Mapping[str, Any]) -> dict[str, Compiled]:
    compiled = {}
    for name, expression in filters.items():
        data = expression.get("expr") if isinstance(expression, Mapping) else expression
        with suppress(ReadError):  # one that cannot be read is missing, and rules that use it fail
            compiled[name] = charged(read(data), RULE_SCOPE)
    return compiled


def _compile_campaign(
    facts: CampaignFacts, order: int, groups: tuple[Group, ...], cache: RulesetCache
) -> CompiledCampaign:
    parent = groups[-1]
    compiled = _compiled_ruleset(facts, cache)
    ruleset = compiled if isinstance(compiled, CompiledRuleset) else None
    limits: dict[str, tuple[LimitFacts, ...]] = {}
    for limit in facts.limits:
        limits[limit.action] = (*limits.get(limit.action, ()), limit)
    return CompiledCampaign(
        facts=facts,
        id=facts.id,
        ruleset_id=facts.ruleset_id or -1,
        order=order,
        ruleset=ruleset,
        problem=compiled if isinstance(compiled, str) else "",
        entity=Campaign(facts),
        limits=limits,
        has_limits=bool(limits or facts.store_limits),
        is_plain=ruleset is not None
        and facts.state == "enabled"
        and facts.start_time is None
        and facts.end_time is None
        and not facts.linked_store_ids,
        groups=groups,
        group_id=parent.id,
        group_mode=parent.mode if parent.id is not None else None,
    )


def _with_variants(campaign: CompiledCampaign, cache: RulesetCache) -> CompiledCampaign:
    """Add the variants to the campaign of an experiment."""
    experiment = campaign.facts.experiment
    if experiment is None:
        return campaign
    variants = {}
    for variant in experiment.variants:
        facts = msgspec.structs.replace(
            campaign.facts, ruleset_id=variant.ruleset_id, ruleset=variant.ruleset
        )
        compiled = _compile_campaign(facts, campaign.order, campaign.groups, cache)
        variants[variant.id] = replace(compiled, experiment_id=experiment.id, variant_id=variant.id)
    return replace(campaign, is_plain=False, experiment_id=experiment.id, variants=variants)


def _compiled_ruleset(facts: CampaignFacts, cache: RulesetCache) -> CompiledRuleset | str | None:
    if facts.ruleset is None or facts.state == "archived":
        return None
    if facts.ruleset_id is not None and facts.ruleset_id in cache:
        return cache[facts.ruleset_id]
    compiled: CompiledRuleset | str
    try:
        compiled = compile_ruleset(read_ruleset(facts.ruleset), RULE_SCOPE)
    except RulesetError as error:
        compiled = "; ".join(f"{problem.pointer}: {problem.details}" for problem in error.problems)
    if facts.ruleset_id is not None:
        cache[facts.ruleset_id] = compiled
    return compiled
