"""What a request wants of its evaluation beside the effects."""

from __future__ import annotations

from collections.abc import Collection

from tercel.evaluation.snapshot import Wants


def asked_for(wanted: Collection[str], *, is_dry: bool, explains: bool) -> Wants:
    """What the evaluation should tell, by the parts of the answer that the request names.

    The report of eligibility (integration.md 5.10) and explanations (docs/explanation.md) go only with dry requests.
    """
    return Wants(
        failures="ruleFailureReasons" in wanted,
        eligibility=is_dry and "campaignEligibility" in wanted,
        trace=is_dry and explains,
    )
