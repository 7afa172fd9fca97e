"""Variants of experiments that a session keeps: fixed by the client, or assigned by its first evaluation (behaviour/experiments 3)."""

from __future__ import annotations

import msgspec

from tercel.base.codec import encode
from tercel.evaluation.program.experiments import allocations
from tercel.evaluation.program.program import Program
from tercel.evaluation.snapshot import Snapshot
from tercel.features.engine.sessions.integration_model import VariantAllocation
from tercel.features.engine.sessions.request.merge import Cart
from tercel.pipeline.rows import EMPTY_LIST

_ALLOCATIONS = msgspec.json.Decoder(list[VariantAllocation])


def fixed_variants(cart: Cart) -> dict[int, int]:
    """Return the variants of the session, by experiment."""
    if cart.raw_variants == EMPTY_LIST:
        return {}
    return {each.experiment_id: each.variant_id for each in _ALLOCATIONS.decode(cart.raw_variants)}


def keep_variants(cart: Cart, program: Program, snapshot: Snapshot) -> None:
    """Store the variants that an evaluation used in the session, for later updates and the results."""
    if not program.experiments:
        return
    found = allocations(program, snapshot)
    if found:
        kept = [VariantAllocation(experiment_id=each, variant_id=found[each]) for each in sorted(found)]
        cart.raw_variants = msgspec.Raw(encode(kept))


def is_known_variant(allocation: VariantAllocation, program: Program) -> bool:
    """Tell whether the application has this experiment with this variant."""
    return any(
        campaign.experiment_id == allocation.experiment_id and allocation.variant_id in campaign.variants
        for campaign in program.experiments
    )
