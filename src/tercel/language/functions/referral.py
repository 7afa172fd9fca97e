"""Conditions on referrals."""

from __future__ import annotations

from tercel.language.catalogue import Family
from tercel.language.functions._product import host_of
from tercel.language.kinds import BOOLEAN
from tercel.language.run import Run

FAMILY = Family("Referrals")


@FAMILY.define(
    "referralValid",
    "redeem:boolean?",
    BOOLEAN,
)
def referral_valid(run: Run, redeem: bool = True) -> bool:
    """Whether the referral in scope can be used now by this profile. Unless `redeem` is false, the rule
    also redeems it."""
    return host_of(run).referral_valid(redeem)


@FAMILY.define(
    "referralCanBeCreated",
    "",
    BOOLEAN,
)
def referral_can_be_created(run: Run) -> bool:
    """Whether the campaign's budget for created referrals has something left."""
    return host_of(run).referral_can_be_created()
