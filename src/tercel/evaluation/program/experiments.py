"""Experiments: the variant of a campaign that runs for a customer (behaviour/experiments 2).

The variant is computed, not stored: a hash of experiment and customer selects one of a hundred places, which are divided by the
weights. Weights cannot change once an experiment was active, so a customer always gets the same variant.
"""

from __future__ import annotations

from hashlib import sha256

from tercel.evaluation.facts import ExperimentFacts
from tercel.evaluation.program.program import CompiledCampaign, Program
from tercel.evaluation.snapshot import Snapshot


def variant_of(campaign: CompiledCampaign, snapshot: Snapshot) -> CompiledCampaign | None:
    """Return the campaign as it runs for the customer: itself, or the variant of an experiment; None without a variant."""
    experiment = campaign.facts.experiment
    if experiment is None:
        return campaign
    variant_id = allocate(experiment, snapshot)
    return None if variant_id is None else campaign.variants[variant_id]


def allocate(experiment: ExperimentFacts, snapshot: Snapshot) -> int | None:
    """Return the id of the customer's variant: the one fixed by the session, else by hash of the profile, or of the session of a guest.

    None when variants are assigned externally and the session names none, or when the request has neither profile nor session.
    """
    fixed = snapshot.variants.get(experiment.id)
    if any(variant.id == fixed for variant in experiment.variants):
        return fixed
    identity = _identity(snapshot)
    if experiment.is_external or identity is None:
        return None
    place = int.from_bytes(sha256(f"{experiment.id}/{identity}".encode()).digest()) % 100
    for variant in experiment.variants:
        place -= variant.weight
        if place < 0:
            return variant.id
    return None


def allocations(program: Program, snapshot: Snapshot) -> dict[int, int]:
    """Return the variants, by experiment, that an evaluation uses: those of running experiments and those fixed by the session."""
    found = dict(snapshot.variants)
    for campaign in program.experiments:
        experiment = campaign.facts.experiment
        if experiment is not None and campaign.is_running(snapshot.now):
            variant_id = allocate(experiment, snapshot)
            if variant_id is not None:
                found[experiment.id] = variant_id
    return found


def _identity(snapshot: Snapshot) -> str | None:
    if snapshot.profile is not None:
        return f"profile/{snapshot.profile.integration_id}"
    if snapshot.session is not None:
        return f"session/{snapshot.session.integration_id}"
    return None
