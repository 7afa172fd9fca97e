"""Reports that a request asks of its evaluation beside the effects."""

from __future__ import annotations

from collections.abc import Collection

from tercel.evaluation.snapshot import Wants


def asked_for(wanted: Collection[str], *, is_dry: bool, explains: bool) -> Wants:
    """Return the reports to make, from the requested parts of the answer.

    Eligibility (behaviour/evaluation 6) and explanations (docs/explanation.md) are for dry requests only.
    """
    return Wants(
        failures="ruleFailureReasons" in wanted,
        eligibility=is_dry and "campaignEligibility" in wanted,
        trace=is_dry and explains,
    )
