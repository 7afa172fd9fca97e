"""Experiments and their variants."""

from __future__ import annotations

from tercel.features.experiments import results, service, variants
from tercel.features.experiments.model import (
    Experiment,
    ExperimentResults,
    NewExperiment,
    NewVariants,
    UpdateExperiment,
    UpdateVariants,
)
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted, counted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery

_ALL = "/v1/applications/{applicationId}/experiments"
_ONE = _ALL + "/{experimentId}"
_VARIANTS = _ONE + "/variants"
_TAG = "Experiments"


@operation(
    "listExperiments", "GET", _ALL, Access.MANAGEMENT, query=PageQuery, answer=Counted[Experiment], tag=_TAG
)
async def list_experiments(call: Call) -> Counted[Experiment]:
    """List the experiments of an application."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        return counted(await service.list_experiments(tx, application_id, call.query.page(), call.now))


@operation(
    "createExperiment",
    "POST",
    _ALL,
    Access.MANAGEMENT,
    body=NewExperiment,
    status=201,
    answer=Experiment,
    tag=_TAG,
)
async def create_experiment(call: Call) -> Experiment:
    """Create an experiment with its campaign."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        return await service.create_experiment(tx, call.caller, application_id, call.body, call.now)


@operation("getExperiment", "GET", _ONE, Access.MANAGEMENT, answer=Experiment, tag=_TAG)
async def get_experiment(call: Call) -> Experiment:
    """Get an experiment."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        return await service.get_experiment(tx, application_id, call.id("experimentId"), call.now)


@operation(
    "updateExperiment", "PUT", _ONE, Access.MANAGEMENT, body=UpdateExperiment, answer=Experiment, tag=_TAG
)
async def update_experiment(call: Call) -> Experiment:
    """Update an experiment and its campaign."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        experiment_id = call.id("experimentId")
        return await service.update_experiment(
            tx, call.caller, application_id, experiment_id, call.body, call.now
        )


@operation("deleteExperiment", "DELETE", _ONE, Access.MANAGEMENT, status=204, tag=_TAG)
async def delete_experiment(call: Call) -> None:
    """Delete an experiment with its campaign."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        await service.delete_experiment(tx, application_id, call.id("experimentId"), call.now)


@operation(
    "createExperimentVariants",
    "POST",
    _VARIANTS,
    Access.MANAGEMENT,
    body=NewVariants,
    status=201,
    answer=Experiment,
    tag=_TAG,
)
async def create_experiment_variants(call: Call) -> Experiment:
    """Create the variants of an experiment."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        experiment_id = call.id("experimentId")
        return await variants.create_variants(
            tx, call.caller, application_id, experiment_id, call.body, call.now
        )


@operation(
    "updateExperimentVariants",
    "PUT",
    _VARIANTS,
    Access.MANAGEMENT,
    body=UpdateVariants,
    answer=Experiment,
    tag=_TAG,
)
async def update_experiment_variants(call: Call) -> Experiment:
    """Update the variants of an experiment."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        experiment_id = call.id("experimentId")
        return await variants.update_variants(
            tx, call.caller, application_id, experiment_id, call.body, call.now
        )


@operation(
    "getExperimentResults",
    "GET",
    _ONE + "/results",
    Access.MANAGEMENT,
    answer=ExperimentResults,
    tag=_TAG,
)
async def get_experiment_results(call: Call) -> ExperimentResults:
    """Get the results of an experiment by variant."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        return await results.get_results(tx, application_id, call.id("experimentId"), call.now)


OPERATIONS = [
    list_experiments,
    create_experiment,
    get_experiment,
    update_experiment,
    delete_experiment,
    create_experiment_variants,
    update_experiment_variants,
    get_experiment_results,
]
