"""Experiments: which variant of a campaign runs for whom (integration.md 5.12).

The choice is computed, not remembered: a hash of experiment and customer falls on one of a hundred places, which the
weights share out. As weights are fixed once an experiment was active, a customer always gets the same variant.
"""

from __future__ import annotations

from hashlib import sha256

from tercel.evaluation.facts import ExperimentFacts
from tercel.evaluation.program import CompiledCampaign, Program
from tercel.evaluation.snapshot import Snapshot


def variant_of(campaign: CompiledCampaign, snapshot: Snapshot) -> CompiledCampaign | None:
    """The campaign as it runs for the customer: itself, or the variant of an experiment; None when there is none."""
    experiment = campaign.facts.experiment
    if experiment is None:
        return campaign
    variant_id = allocate(experiment, snapshot)
    return None if variant_id is None else campaign.variants[variant_id]


def allocate(experiment: ExperimentFacts, snapshot: Snapshot) -> int | None:
    """The variant of the customer: what the session fixes, else by hash of the profile, of the session without one.

    None when variants are given out elsewhere and the session names none, or when there is nobody to tell apart.
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
    """The variants by experiment that an evaluation uses: of running experiments, and what the session fixed."""
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
