"""Profiles in the pipeline: found by their keys, moved by sales, joined to applications, changed and created by requests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from tercel.database.round_trip import Statement
from tercel.database.rows.recordset import expecting, insert
from tercel.database.tables.customers import profiles
from tercel.ledger.sums import MOVE_PROFILES, PROFILE_MOVE
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Keys
from tercel.pipeline.owner import Owner
from tercel.pipeline.rows import EMPTY_OBJECT, rows_of
from tercel.pipeline.write import Write, expected, plain

ProfileKey = tuple[int, bool, str]
"""An account, whether it is a sandbox profile, and the key of the integration id."""
PROFILE_KEYS = Keys[ProfileKey](account_id="BIGINT", sandbox="BOOLEAN", key="TEXT")
Membership = tuple[int, int]
"""An application, and a profile that belongs to it."""


class ProfileRow(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """A customer profile as loaded, or as it will be inserted."""

    id: int
    account_id: int
    sandbox: bool
    integration_id: str
    key: str
    attributes: msgspec.Raw = EMPTY_OBJECT
    closed_sessions: int = 0
    total_sales: Decimal = Decimal(0)
    last_activity: datetime | None = None
    version: int = 0
    created: datetime


class ProfileMove(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A relative change of a profile. ``expected_version`` guards it when the decision rested on what it changes;
    ``attributes`` replaces the document."""

    id: int
    closed_sessions: int = 0
    total_sales: Decimal = Decimal(0)
    last_activity: datetime | None = None
    attributes: msgspec.Raw | None = None
    expected_version: int | None = None

    def then(self, later: ProfileMove) -> ProfileMove:
        """Combine this change and one after it; the first expected version is the one that was loaded."""
        times = [time for time in (self.last_activity, later.last_activity) if time is not None]
        version = self.expected_version if self.expected_version is not None else later.expected_version
        return ProfileMove(
            id=self.id,
            closed_sessions=self.closed_sessions + later.closed_sessions,
            total_sales=self.total_sales + later.total_sales,
            last_activity=max(times, default=None),
            attributes=later.attributes if later.attributes is not None else self.attributes,
            expected_version=version,
        )


class FriendMove(msgspec.Struct, kw_only=True):
    """A change of how many referrals a customer of an application redeemed.

    ``lowest`` is where the changes stood lowest on their way, and ``advocate`` whose referral was the first one after
    that: a customer who had no other is theirs.
    """

    referrals: int = 0
    lowest: int = 0
    advocate: str | None = None

    def then(self, later: FriendMove) -> FriendMove:
        """Combine this change and one after it."""
        lowest = self.referrals + later.lowest
        return FriendMove(
            referrals=self.referrals + later.referrals,
            lowest=min(self.lowest, lowest),
            advocate=later.advocate if lowest <= self.lowest else self.advocate,
        )


assert [name for name, _ in PROFILE_MOVE] == list(ProfileMove.__struct_fields__)

INSERT_PROFILES = expecting(
    insert(
        profiles,
        ProfileRow.__struct_fields__,
        order_by=("account_id", "key"),
        on_conflict="ON CONFLICT DO NOTHING",
    ),
    "profiles",
)

INSERT_MEMBERSHIPS = """INSERT INTO profile_applications (application_id, profile_id)
    SELECT r.application_id, r.profile_id FROM
        jsonb_to_recordset(%s::jsonb) AS r(application_id BIGINT, profile_id BIGINT)
    ORDER BY r.application_id, r.profile_id ON CONFLICT DO NOTHING"""

# Who referred a customer stays that, whatever else the customer redeems or gives back, as long as one redemption is in force.
MOVE_FRIENDS = """UPDATE profile_applications AS m SET referrals = m.referrals + r.referrals,
        advocate_integration_id = CASE WHEN m.referrals + r.lowest > 0 THEN m.advocate_integration_id ELSE r.advocate END
    FROM (SELECT * FROM jsonb_to_recordset(%s::jsonb)
        AS x(application_id BIGINT, profile_id BIGINT, referrals BIGINT, lowest BIGINT, advocate TEXT)
        ORDER BY application_id, profile_id) AS r
    WHERE m.application_id = %s AND m.profile_id = r.profile_id"""


class Profiles:
    """Profiles that were loaded."""

    __slots__ = ("by_key", "keys")

    def __init__(self) -> None:
        self.by_key: dict[ProfileKey, ProfileRow] = {}
        self.keys: dict[int, ProfileKey] = {}  # by the id of the profile


class ProfileChanges(msgspec.Struct):
    """New profiles, moves of others, and what they are in applications."""

    new: dict[ProfileKey, ProfileRow] = {}
    moves: dict[int, ProfileMove] = {}
    memberships: set[Membership] = set()
    friends: dict[Membership, FriendMove] = {}

    def move(self, move: ProfileMove) -> None:
        """Add to what changes on a profile."""
        known = self.moves.get(move.id)
        self.moves[move.id] = move if known is None else known.then(move)

    def move_friend(self, customer: Membership, move: FriendMove) -> None:
        """Add to the referrals that a customer redeemed."""
        self.friends[customer] = self.friends.get(customer, FriendMove()).then(move)

    def merge(self, later: ProfileChanges, work: Work, /) -> None:
        """Show later commands the profiles as this one leaves them, and add up what is moved."""
        loaded = work[PROFILES]
        if later.new:
            loaded.by_key.update(later.new)
            loaded.keys.update((profile.id, key) for key, profile in later.new.items())
            self.new.update(later.new)
        for move in later.moves.values():
            self._merge_move(move, loaded)
        self.memberships |= later.memberships
        for customer, redeemed in later.friends.items():
            self.move_friend(customer, redeemed)

    def _merge_move(self, move: ProfileMove, loaded: Profiles) -> None:
        """Move the loaded row; a profile that is new is written like that."""
        key = loaded.keys[move.id]
        profile = loaded.by_key[key]
        moved = loaded.by_key[key] = msgspec.structs.replace(
            profile,
            closed_sessions=profile.closed_sessions + move.closed_sessions,
            total_sales=profile.total_sales + move.total_sales,
            last_activity=move.last_activity or profile.last_activity,
            attributes=profile.attributes if move.attributes is None else move.attributes,
        )
        if key in self.new:
            self.new[key] = moved
        else:
            self.move(move)

    def insert(self, _: Owner, /) -> Iterable[Statement]:
        """Write new profiles, unless another process did."""
        return expected(INSERT_PROFILES, list(self.new.values()))

    def move_rows(self, owner: Owner, /) -> Iterable[Statement]:
        """Write the moves."""
        return expected(MOVE_PROFILES, list(self.moves.values()), owner.account_id)

    def join(self, _: Owner, /) -> Iterable[Statement]:
        """Let profiles belong to applications."""
        return plain(
            INSERT_MEMBERSHIPS,
            [
                {"application_id": application_id, "profile_id": profile_id}
                for application_id, profile_id in self.memberships
            ],
        )

    def move_friends(self, owner: Owner, /) -> Iterable[Statement]:
        """Write how many referrals customers redeemed, and whose."""
        return plain(
            MOVE_FRIENDS,
            [
                {"application_id": application_id, "profile_id": profile_id, **msgspec.structs.asdict(move)}
                for (application_id, profile_id), move in self.friends.items()
                if move.lowest or move.referrals
            ],
            owner.application_id,
        )


PROFILES = Aggregate[Profiles, ProfileChanges]("profiles", rows=Profiles, delta=ProfileChanges, ids_ahead=1)


def take_profiles(work: Work, rows: Iterable[tuple[Any, ...]]) -> None:
    """Put loaded profiles into the working copy, and remember that they were asked for: one that came with its session
    needs no round of its own."""
    loaded, asked = work[PROFILES], work.asked[PROFILE_KEYS]
    for profile in rows_of(ProfileRow, rows):
        key = (profile.account_id, profile.sandbox, profile.key)
        loaded.by_key[key] = profile
        loaded.keys[profile.id] = key
        asked.add(key)


CREATE_PROFILES = Write(PROFILES, ProfileChanges.insert)
MOVE_EACH_PROFILE = Write(PROFILES, ProfileChanges.move_rows)
JOIN_APPLICATIONS = Write(PROFILES, ProfileChanges.join)
COUNT_FRIENDS = Write(PROFILES, ProfileChanges.move_friends)


def find_profile(draft: Draft, key: ProfileKey) -> ProfileRow | None:
    """Return the profile as this command and those before it leave it, but for its moves."""
    changes = draft.changes.get(PROFILES)
    new = changes.new.get(key) if changes is not None else None
    return new or draft.loaded[PROFILES].by_key.get(key)
