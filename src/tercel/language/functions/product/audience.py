"""Conditions on audiences, and joining and leaving them."""

from __future__ import annotations

from tercel.language.catalogue.catalogue import EFFECT, Family
from tercel.language.values.kinds import BOOLEAN, NULL

FAMILY = Family("Audiences")

_PROFILE = "profile:word(Current|Advocate)"
_AUDIENCE = "audience:number@audiences"

FAMILY.hosted(
    "isAudienceMember",
    f"{_PROFILE} {_AUDIENCE}",
    BOOLEAN,
    doc="Tell whether the `Current` or the `Advocate` profile belongs to an audience; false without such a profile.",
    phrases="the {0} profile is in audience {1}|the {0} profile is not in audience {1}",
    blocks="checkAudience profile audience operator=member|not(member)",
)
FAMILY.hosted(
    "audienceJustJoined",
    f"{_PROFILE} {_AUDIENCE}",
    BOOLEAN,
    doc="Tell whether the profile joined the audience during this request.",
    phrases="the {0} profile has just joined audience {1}",
    blocks="checkAudience profile audience operator=justJoined",
)
FAMILY.hosted(
    "audienceJustLeft",
    f"{_PROFILE} {_AUDIENCE}",
    BOOLEAN,
    doc="Tell whether the profile left the audience during this request.",
    phrases="the {0} profile has just left audience {1}",
    blocks="checkAudience profile audience operator=justLeft",
)
FAMILY.hosted(
    "addToAudience",
    f"{_AUDIENCE} {_PROFILE}?",
    NULL,
    doc="Add the profile to an audience.",
    errors="missing",
    flags=EFFECT,
    phrases=("add the profile to audience {0}", "add the {1} profile to audience {0}"),
    blocks="updateAudienceMembership audience profile?Current operator=add",
)
FAMILY.hosted(
    "removeFromAudience",
    f"{_AUDIENCE} {_PROFILE}?",
    NULL,
    doc="Remove the profile from an audience.",
    errors="missing",
    flags=EFFECT,
    phrases=("remove the profile from audience {0}", "remove the {1} profile from audience {0}"),
    blocks="updateAudienceMembership audience profile?Current operator=remove",
)
