"""The variants of experiments that a session has: fixed by the client, or given by the first evaluation (integration.md 5.12)."""

from __future__ import annotations

import msgspec

from tercel.base.codec import encode
from tercel.evaluation.experiments import allocations
from tercel.evaluation.program import Program
from tercel.evaluation.snapshot import Snapshot
from tercel.features.sessions.integration_model import VariantAllocation
from tercel.features.sessions.merge import Cart
from tercel.pipeline.rows import EMPTY_LIST

_ALLOCATIONS = msgspec.json.Decoder(list[VariantAllocation])


def fixed_variants(cart: Cart) -> dict[int, int]:
    """The variants by experiment that the session has."""
    if cart.raw_variants == EMPTY_LIST:
        return {}
    return {each.experiment_id: each.variant_id for each in _ALLOCATIONS.decode(cart.raw_variants)}


def keep_variants(cart: Cart, program: Program, snapshot: Snapshot) -> None:
    """Let the session remember the variants that an evaluation used, so that it and the results know them later."""
    if not program.experiments:
        return
    found = allocations(program, snapshot)
    if found:
        kept = [VariantAllocation(experiment_id=each, variant_id=found[each]) for each in sorted(found)]
        cart.raw_variants = msgspec.Raw(encode(kept))


def is_known_variant(allocation: VariantAllocation, program: Program) -> bool:
    """Whether the application has such an experiment with such a variant."""
    return any(
        campaign.experiment_id == allocation.experiment_id and allocation.variant_id in campaign.variants
        for campaign in program.experiments
    )
