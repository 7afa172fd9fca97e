"""The command behind ``updateCustomerProfilesV2``: many profiles at once, without rules (behaviour/profiles 4)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import datetime

from tercel.base import limits
from tercel.base.codec import encode
from tercel.base.errors import InvalidError, Problem
from tercel.features.common.attributes import check_attributes
from tercel.features.common.caller import Caller
from tercel.features.customers.profiles.aggregate import (
    PROFILE_KEYS,
    PROFILES,
    ProfileKey,
    ProfileMove,
    ProfileRow,
    find_profile,
)
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.profiles.answer import ProfileStates, UpdatedProfile
from tercel.features.engine.profiles.attributes import set_attributes
from tercel.features.engine.profiles.model import BulkRequest, ProfileUpdate
from tercel.features.engine.sessions.answers.session import wire_profile
from tercel.features.engine.sessions.request.resolve import ensure_profile, profile_key
from tercel.pipeline.aggregate import Work
from tercel.pipeline.command import Answer, repeat_key
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs


class UpdateProfiles:
    """Set attributes of many profiles; unknown ones are created. All of the request, or nothing.

    No rules run and no events are raised. A profile that is named twice gets both sets of attributes, in order.
    """

    busy_message = "Too many requests are updating these profiles at the same time"

    def __init__(
        self,
        caller: Caller,
        request: BulkRequest,
        *,
        now: datetime,
        is_dry: bool = False,
        is_silent: bool = False,
        idempotency_key: str | None = None,
    ) -> None:
        assert caller.application_id is not None
        self.application_id = caller.application_id
        self.now = now
        self.is_dry = is_dry
        self._is_silent = is_silent
        self._request = request
        # Because: the versions of the profiles guard them; there is no one key that stands for all.
        self.serial_key: Hashable = object()
        self.repeat_key = repeat_key(self.application_id, "PUT profiles", idempotency_key, is_dry=is_dry)

    def first(self, needs: Needs, configuration: Configuration) -> None:
        """Ask for the profiles."""
        for each in self._request.customer_profiles:
            needs[PROFILE_KEYS].add(profile_key(each.integration_id, configuration))

    def follow(self, needs: Needs, work: Work, configuration: Configuration) -> None:
        """Ask for nothing more: no rules run."""

    def decide(self, draft: Draft, configuration: Configuration) -> Answer:
        """Set the attributes of each and say what is to be written."""
        entries = self._request.customer_profiles
        problems = list(_problems(entries, configuration))
        if problems:
            raise InvalidError(*problems[: limits.CHECK_ERRORS_MAX])
        rows: dict[ProfileKey, ProfileRow] = {}
        for each in entries:
            key = profile_key(each.integration_id, configuration)
            profile = rows.get(key) or ensure_profile(draft, each.integration_id, self, configuration)
            assert profile is not None, "every entry names its profile"
            rows[key] = set_attributes(profile, each.attributes)
        for key, row in rows.items():
            self._keep(draft, key, row)
        if self.is_dry:
            draft.drop()
        if self._is_silent:
            return Answer(status=204, body=b"")
        shown = (rows[profile_key(each.integration_id, configuration)] for each in entries)
        return Answer(
            status=200, body=encode(ProfileStates([UpdatedProfile(wire_profile(row)) for row in shown]))
        )

    def _keep(self, draft: Draft, key: ProfileKey, row: ProfileRow) -> None:
        if key in draft.changes[PROFILES].new:
            draft.changes[PROFILES].new[key] = row
        elif row is not find_profile(draft, key):
            draft.changes[PROFILES].move(
                ProfileMove(id=row.id, attributes=row.attributes, expected_version=row.version)
            )
        draft.changes[PROFILES].memberships.add((self.application_id, row.id))


def _problems(entries: list[ProfileUpdate], configuration: Configuration) -> Iterator[Problem]:
    definitions = configuration.attributes("CustomerProfile")
    for index, each in enumerate(entries):
        pointer = f"/customerProfiles/{index}/attributes"
        yield from check_attributes(each.attributes, definitions, "CustomerProfile", pointer)
