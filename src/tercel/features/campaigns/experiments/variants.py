"""The variants of an experiment: made and changed together, until the experiment was active."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from tercel.base.errors import InvalidError, Problem, WrongStateError
from tercel.database.transaction import Transaction
from tercel.features.campaigns.experiments import store
from tercel.features.campaigns.experiments.model import Experiment, NewVariants, UpdateVariants
from tercel.features.campaigns.experiments.service import get_experiment
from tercel.features.campaigns.rulesets.model import NewRuleset, Ruleset
from tercel.features.campaigns.rulesets.service import create_ruleset, update_ruleset
from tercel.features.common.caller import Caller
from tercel.features.common.scope import CampaignScope


async def create_variants(
    tx: Transaction,
    caller: Caller,
    application_id: int,
    experiment_id: int,
    new: NewVariants,
    *,
    now: datetime,
) -> Experiment:
    """Give an experiment its two variants.

    Raises:
        InvalidError: the weights do not add up to 100, not one variant is primary, or rules cannot be evaluated.
        WrongStateError: it has variants already.
    """
    experiment = await get_experiment(tx, application_id, experiment_id, now)
    if experiment.variants:
        raise WrongStateError("the experiment has its variants already: update them instead")
    scope = _scope(caller, experiment, now)
    _check_weights([variant.weight for variant in new.variants])
    if sum(variant.is_primary for variant in new.variants) != 1:
        raise InvalidError.at("/variants", "Invalid", "exactly one of the variants must be the primary one")
    for place, variant in enumerate(new.variants):
        ruleset = await _at(place, create_ruleset(tx, scope, _plain(variant.ruleset)))
        values: dict[str, Any] = {
            "application_id": application_id,
            "experiment_id": experiment_id,
            "campaign_id": experiment.campaign.id,
            "ruleset_id": ruleset.id,
            "name": variant.name,
            "weight": variant.weight,
            "is_primary": variant.is_primary,
        }
        await store.insert_variant(tx, values)
    return await get_experiment(tx, application_id, experiment_id, now)


async def update_variants(
    tx: Transaction,
    caller: Caller,
    application_id: int,
    experiment_id: int,
    new: UpdateVariants,
    *,
    now: datetime,
) -> Experiment:
    """Replace names, weights and rules of both variants.

    Raises:
        InvalidError: they are not the experiment's variants, the weights do not add up to 100, or rules cannot be
            evaluated.
        WrongStateError: the experiment was active already: its customers have their variants.
    """
    experiment = await get_experiment(tx, application_id, experiment_id, now)
    if experiment.activated is not None:
        raise WrongStateError("the experiment was active already: its variants cannot change any more")
    current = {variant.id: variant for variant in experiment.variants}
    if {variant.id for variant in new.variants} != set(current):
        raise InvalidError.at("/variants", "Unknown", "name both variants of this experiment by their ids")
    _check_weights([variant.weight for variant in new.variants])
    scope = _scope(caller, experiment, now)
    for place, variant in enumerate(new.variants):
        ruleset_id = current[variant.id].ruleset.id
        await _at(place, update_ruleset(tx, scope, ruleset_id, _plain(variant.ruleset)))
        await store.update_variant(tx, variant.id, {"name": variant.name, "weight": variant.weight})
    return await get_experiment(tx, application_id, experiment_id, now)


def _scope(caller: Caller, experiment: Experiment, now: datetime) -> CampaignScope:
    campaign = experiment.campaign
    return CampaignScope(
        caller=caller, now=now, application_id=campaign.application_id, campaign_id=campaign.id
    )


def _check_weights(weights: Sequence[int]) -> None:
    if sum(weights) != 100:
        details = f"the weights are shares in per cent and add up to 100, not to {sum(weights)}"
        raise InvalidError.at("/variants", "Invalid", details)


def _plain(ruleset: NewRuleset) -> NewRuleset:
    """Return the rule set as one that is stored without becoming the active one of the campaign."""
    return msgspec.structs.replace(ruleset, activate=False)


async def _at(place: int, saving: Awaitable[Ruleset]) -> Ruleset:
    """Save the rules of a variant; problems with them point to where they stand in the request."""
    try:
        return await saving
    except InvalidError as error:
        root = f"/variants/{place}/ruleset"
        raise InvalidError(
            *(
                Problem(title=each.title, details=each.details, pointer=f"{root}{each.pointer or ''}")
                for each in error.problems
            )
        ) from error
