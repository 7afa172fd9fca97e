"""Experiments and their variants."""

from __future__ import annotations

from tercel.features.campaigns.experiments import results, service, variants
from tercel.features.campaigns.experiments.listing import EXPERIMENTS
from tercel.features.campaigns.experiments.model import (
    Experiment,
    ExperimentResults,
    NewExperiment,
    NewVariants,
    UpdateExperiment,
    UpdateVariants,
)
from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.http.kernel.call import ApplicationCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Experiments", "/v1/applications/{applicationId}/experiments", Access.MANAGEMENT)


@api.get("listExperiments")
async def list_experiments(call: ApplicationCall[None, Paged]) -> Counted[Experiment]:
    """List the experiments of an application."""
    return await EXPERIMENTS.counted(call.tx, call.scope, call.query)


@api.post("createExperiment", status=201)
async def create_experiment(call: ApplicationCall[NewExperiment]) -> Experiment:
    """Create an experiment with its campaign."""
    return await service.create_experiment(call.tx, call.caller, call.application_id, call.body, call.now)


@api.get("getExperiment", "/{experimentId}")
async def get_experiment(call: ApplicationCall) -> Experiment:
    """Get an experiment."""
    return await service.get_experiment(call.tx, call.application_id, call.id("experimentId"), call.now)


@api.put("updateExperiment", "/{experimentId}")
async def update_experiment(call: ApplicationCall[UpdateExperiment]) -> Experiment:
    """Update an experiment and its campaign."""
    return await service.update_experiment(
        call.tx, call.caller, call.application_id, call.id("experimentId"), call.body, now=call.now
    )


@api.delete("deleteExperiment", "/{experimentId}")
async def delete_experiment(call: ApplicationCall) -> None:
    """Delete an experiment with its campaign."""
    await service.delete_experiment(call.tx, call.application_id, call.id("experimentId"), call.now)


@api.post("createExperimentVariants", "/{experimentId}/variants", status=201)
async def create_experiment_variants(call: ApplicationCall[NewVariants]) -> Experiment:
    """Create the variants of an experiment."""
    return await variants.create_variants(
        call.tx, call.caller, call.application_id, call.id("experimentId"), call.body, now=call.now
    )


@api.put("updateExperimentVariants", "/{experimentId}/variants")
async def update_experiment_variants(call: ApplicationCall[UpdateVariants]) -> Experiment:
    """Update the variants of an experiment."""
    return await variants.update_variants(
        call.tx, call.caller, call.application_id, call.id("experimentId"), call.body, now=call.now
    )


@api.get("getExperimentResults", "/{experimentId}/results")
async def get_experiment_results(call: ApplicationCall) -> ExperimentResults:
    """Get the results of an experiment by variant."""
    return await results.get_results(call.tx, call.application_id, call.id("experimentId"), call.now)
