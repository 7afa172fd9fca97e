"""What profile updates answer (behaviour/profiles 3, 4)."""

from __future__ import annotations

import msgspec

from tercel.base.codec import encode
from tercel.features.customers.profiles.aggregate import ProfileRow
from tercel.features.customers.profiles.model import CustomerProfile
from tercel.features.engine.events.answer import EventState
from tercel.features.engine.profiles.model import ProfileRequest
from tercel.features.engine.sessions.answers.session import wire_profile
from tercel.pipeline.command import Answer
from tercel.pipeline.rows import EMPTY_LIST


class ProfileState(EventState, kw_only=True, rename="camel", omit_defaults=True):
    """The answer; the parts of an evaluation are left out when none ran."""


class UpdatedProfile(msgspec.Struct, rename="camel"):
    """A profile of a bulk update."""

    customer_profile: CustomerProfile


class ProfileStates(msgspec.Struct, rename="camel"):
    """The answer to a bulk update: the profiles in the order of the request."""

    integration_states: list[UpdatedProfile]


def encode_profile(request: ProfileRequest, profile: ProfileRow) -> Answer:
    """Encode the answer of an update that ran no rules."""
    state = ProfileState(effects=EMPTY_LIST, created_coupons=[], created_referrals=[])
    if "customerProfile" in request.response_content:
        state.customer_profile = wire_profile(profile)
    return Answer(status=200, body=encode(state))
