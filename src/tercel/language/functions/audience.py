"""Conditions on audiences, and joining and leaving them."""

from __future__ import annotations

from decimal import Decimal

from tercel.language.catalogue import EFFECT, Family
from tercel.language.functions._product import host_of, profile_word
from tercel.language.kinds import BOOLEAN, NULL
from tercel.language.run import Run

FAMILY = Family("Audiences")


@FAMILY.define(
    "isAudienceMember",
    "profile:string audience:number",
    BOOLEAN,
)
def is_audience_member(run: Run, profile: str, audience: Decimal) -> bool:
    """Whether the `Current` or the `Advocate` profile belongs to an audience; false without such a
    profile."""
    return host_of(run).is_audience_member(profile_word(profile), audience)


@FAMILY.define(
    "audienceJustJoined",
    "profile:string audience:number",
    BOOLEAN,
)
def audience_just_joined(run: Run, profile: str, audience: Decimal) -> bool:
    """Whether the profile joined the audience during this request."""
    return host_of(run).audience_just_joined(profile_word(profile), audience)


@FAMILY.define(
    "audienceJustLeft",
    "profile:string audience:number",
    BOOLEAN,
)
def audience_just_left(run: Run, profile: str, audience: Decimal) -> bool:
    """Whether the profile left the audience during this request."""
    return host_of(run).audience_just_left(profile_word(profile), audience)


@FAMILY.define(
    "addToAudience",
    "audience:number profile:string?",
    NULL,
    errors="missing",
    flags=EFFECT,
)
def add_to_audience(run: Run, audience: Decimal, profile: str = "Current") -> None:
    """Adds the profile to an audience."""
    host_of(run).add_to_audience(audience, profile_word(profile))


@FAMILY.define(
    "removeFromAudience",
    "audience:number profile:string?",
    NULL,
    errors="missing",
    flags=EFFECT,
)
def remove_from_audience(run: Run, audience: Decimal, profile: str = "Current") -> None:
    """Removes the profile from an audience."""
    host_of(run).remove_from_audience(audience, profile_word(profile))
