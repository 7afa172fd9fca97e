"""Conditions on referrals."""

from __future__ import annotations

from tercel.language.catalogue.catalogue import Family
from tercel.language.values.kinds import BOOLEAN

FAMILY = Family("Referrals")

FAMILY.hosted(
    "referralValid",
    "redeem:boolean?",
    BOOLEAN,
    doc="Tell whether the referral in scope can be used now by this profile. Unless `redeem` is false, the rule also redeems "
    "it.",
    phrases="the referral code is valid|the referral code is not valid",
    blocks="checkReferral redeem:flag?true",
)
FAMILY.hosted(
    "referralCanBeCreated",
    "",
    BOOLEAN,
    doc="Tell whether the campaign's budget for created referrals has something left.",
    phrases="a referral code can be created|no referral code can be created",
)
