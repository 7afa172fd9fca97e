"""The working copy of a batch, and the draft in which one command changes it.

Rows that were asked for and not found are absent. A command reads through its draft and writes into it; only when it
has decided everything is the draft merged, so that a command that fails leaves no trace.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from tercel.evaluation.snapshot import CounterKey
from tercel.ledger.movements import Movements
from tercel.pipeline.needs import Needs
from tercel.pipeline.rows import (
    AnswerRow,
    CodeAttributes,
    CouponRow,
    EventKeyRow,
    EventRow,
    ProfileMove,
    ProfileRow,
    ReferralRow,
    ReturnRow,
    SessionRow,
    StoredEntryRow,
    StoreRow,
)

ProfileKey = tuple[int, bool, str]
SessionKey = tuple[int, str]


class IdsExhausted(Exception):  # noqa: N818  # a request for more, not an error
    """A draft used all ids of a kind."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Redemptions(msgspec.Struct):
    """How often a coupon was redeemed, in all and by profile, and for how much money."""

    count: int = 0
    discount: Decimal = Decimal(0)
    by_profile: dict[int | None, int] = {}


class Work:
    """Rows by their keys, and what will be written."""

    def __init__(self) -> None:
        self.asked = Needs()
        self.revisions: dict[int, tuple[int, int]] = {}
        self.sessions: dict[SessionKey, SessionRow] = {}
        self.profiles: dict[ProfileKey, ProfileRow] = {}
        self.profile_keys: dict[int, ProfileKey] = {}
        self.coupons: dict[tuple[int, str], CouponRow] = {}
        self.coupons_by_id: dict[int, CouponRow] = {}
        self.referrals: dict[tuple[int, str], ReferralRow] = {}
        self.referrals_by_id: dict[int, ReferralRow] = {}
        self.stores: dict[tuple[int, str], StoreRow] = {}
        self.event_keys: set[tuple[int, str]] = set()
        self.answers: dict[tuple[int, str, str], AnswerRow] = {}
        self.counters: dict[tuple[int, CounterKey], Decimal] = {}
        self.entries: dict[tuple[int, int], list[StoredEntryRow]] = defaultdict(list)
        self.other_effects: dict[tuple[int, int], list[msgspec.Raw]] = defaultdict(list)
        self.returns: dict[tuple[int, int], list[ReturnRow]] = defaultdict(list)
        self.referred: set[tuple[int, int]] = set()
        self.reservations: set[tuple[int, int]] = set()
        self.redemptions: dict[int, Redemptions] = {}
        self.referral_friends: dict[int, list[str]] = defaultdict(list)
        self.ids: dict[str, list[int]] = {}
        self.to_write = ToWrite()

    def take_revisions(self, rows: Iterable[tuple[int, int, int]]) -> None:
        for application_id, own, account in rows:
            self.revisions[application_id] = (own, account)

    def take_sessions(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            session = _row(SessionRow, row)
            self.sessions[session.application_id, session.key] = session

    def take_profiles(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            profile = _row(ProfileRow, row)
            key = (profile.account_id, profile.sandbox, profile.key)
            self.profiles[key] = profile
            self.profile_keys[profile.id] = key
            self.asked.profiles.add(key)  # one that came with its session needs no round of its own

    def take_coupons(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            coupon = _row(CouponRow, row)
            self.coupons[coupon.application_id, coupon.value] = self.coupons_by_id[coupon.id] = coupon

    def take_referrals(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            referral = _row(ReferralRow, row)
            self.referrals[referral.application_id, referral.code] = referral
            self.referrals_by_id[referral.id] = referral

    def take_stores(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            store = _row(StoreRow, row)
            self.stores[store.application_id, store.key] = store

    def take_event_keys(self, rows: Iterable[tuple[int, str]]) -> None:
        self.event_keys.update(rows)

    def take_answers(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            answer = _row(AnswerRow, row)
            self.answers[answer.application_id, answer.scope, answer.key] = answer

    def take_counters(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for application_id, campaign_id, action, scope, period, used in rows:
            self.counters[application_id, CounterKey(campaign_id, action, scope, period)] = used

    def take_entries(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            entry = _row(StoredEntryRow, row)
            self.entries[entry.application_id, entry.session_id].append(entry)

    def take_other_effects(self, rows: Iterable[tuple[int, int, str]]) -> None:
        for application_id, session_id, effect in rows:
            self.other_effects[application_id, session_id].append(msgspec.Raw(effect.encode()))

    def take_returns(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            made = _row(ReturnRow, row)
            self.returns[made.application_id, made.session_id].append(made)

    def take_referred(self, rows: Iterable[tuple[int, int]]) -> None:
        self.referred.update(rows)

    def take_reservations(self, rows: Iterable[tuple[int, int]]) -> None:
        self.reservations.update(rows)

    def take_redemptions(self, rows: Iterable[tuple[int, int | None, int | None, Decimal | None]]) -> None:
        for coupon_id, profile_id, count, discount in rows:
            redemptions = self.redemptions.setdefault(coupon_id, Redemptions())
            redemptions.count += count or 0
            redemptions.discount += discount or 0
            redemptions.by_profile[profile_id] = count or 0

    def take_referral_uses(self, rows: Iterable[tuple[int, int | None, str | None, int]]) -> None:
        for referral_id, _, integration_id, _ in rows:
            if integration_id is not None:
                self.referral_friends[referral_id].append(integration_id)


class ToWrite:
    """The union of what the commands of a batch changed."""

    def __init__(self) -> None:
        self.sessions: dict[SessionKey, SessionRow] = {}
        self.expected_sessions: dict[SessionKey, int] = {}  # what only has to be as it was read → version
        self.new_profiles: dict[ProfileKey, ProfileRow] = {}
        self.profile_moves: dict[int, ProfileMove] = {}
        self.memberships: dict[tuple[int, int], str | None] = {}  # application, profile → advocate
        self.events: list[EventRow] = []
        self.event_keys: list[EventKeyRow] = []
        self.returns: list[ReturnRow] = []
        self.movements = Movements()
        self.answers: dict[tuple[int, str, str], AnswerRow] = {}
        self.coupon_attributes: dict[int, CodeAttributes] = {}
        self.referral_attributes: dict[int, CodeAttributes] = {}
        self.new_coupons: list[dict[str, Any]] = []
        self.new_referrals: list[dict[str, Any]] = []
        self.reservations: set[tuple[int, int]] = set()
        self.expected_reservations: dict[int, int] = {}  # coupon that was filled → how many it had before
        self.outbox: list[dict[str, Any]] = []
        self.touched_campaigns: dict[int, datetime] = {}  # campaign → time of its last activity
        self.revisions: dict[int, tuple[int, int]] = {}  # application → the revisions on which was decided

    def is_empty(self) -> bool:
        """Whether the batch changed nothing."""
        return not (self.sessions or self.new_profiles or self.profile_moves or self.events or self.answers)


class Draft:
    """One command's view of the working copy, with its own changes on top."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.changes = ToWrite()
        self._ids_used: dict[str, int] = defaultdict(int)

    @property
    def loaded(self) -> Work:
        """The rows under the draft. Not to be changed."""
        return self._work

    def session(self, key: SessionKey) -> SessionRow | None:
        """The session as the commands before this one left it."""
        return self._work.sessions.get(key)

    def profile(self, key: ProfileKey) -> ProfileRow | None:
        """The profile as the commands before this one left it."""
        return self.changes.new_profiles.get(key) or self._work.profiles.get(key)

    def counters(self, application_id: int, keys: Iterable[CounterKey]) -> Mapping[CounterKey, Decimal]:
        """Stored use of the counters, with what earlier commands of the batch took."""
        found = ((key, self._work.counters.get((application_id, key))) for key in keys)
        return {key: used for key, used in found if used is not None}

    def next_id(self, name: str) -> int:
        """An id that was taken for this batch.

        Raises:
            IdsExhausted: none is left; the batch takes more and decides the command again.
        """
        used = self._ids_used[name]
        stock = self._work.ids.get(name, [])
        if used >= len(stock):
            raise IdsExhausted(name)
        self._ids_used[name] = used + 1
        return stock[used]

    def move_profile(self, move: ProfileMove) -> None:
        """Add to what changes on a profile."""
        known = self.changes.profile_moves.get(move.id)
        self.changes.profile_moves[move.id] = move if known is None else _added(known, move)

    def drop(self) -> None:
        """Forget all changes: what was computed was only for the answer."""
        self.changes = ToWrite()

    def merge(self) -> None:
        """Make the changes those of the batch. Cannot fail."""
        work, changes, union = self._work, self.changes, self._work.to_write
        for name, used in self._ids_used.items():
            del work.ids[name][:used]
        work.sessions.update(changes.sessions)
        union.sessions.update(changes.sessions)
        union.expected_sessions.update(changes.expected_sessions)
        work.profiles.update(changes.new_profiles)
        work.profile_keys.update((profile.id, key) for key, profile in changes.new_profiles.items())
        union.new_profiles.update(changes.new_profiles)
        self._merge_profile_moves()
        self._merge_codes()
        for key, advocate in changes.memberships.items():
            union.memberships[key] = advocate or union.memberships.get(key)
        union.events.extend(changes.events)
        union.event_keys.extend(changes.event_keys)
        work.event_keys.update((row.application_id, row.key) for row in changes.event_keys)
        union.returns.extend(changes.returns)
        union.movements.merge(changes.movements)
        self._expect_what_was_filled()
        union.answers.update(changes.answers)
        work.answers.update(changes.answers)
        union.new_coupons.extend(changes.new_coupons)
        union.new_referrals.extend(changes.new_referrals)
        union.outbox.extend(changes.outbox)
        union.touched_campaigns.update(changes.touched_campaigns)
        self._merge_reservations()

    def _expect_what_was_filled(self) -> None:
        """Let what filled a limit stand only if the limit is where it was read.

        Because: an amount that was cut to what was left fills its limit, and is wrong as soon as somebody gave back or took
        meanwhile; and so is what a later command of the batch was refused because of it. The limit alone would let both pass.
        """
        work, union = self._work, self._work.to_write.movements
        for key, move in self.changes.movements.counters.items():
            used = work.counters[key]
            if move.delta > 0 and move.limit is not None and used >= move.limit:
                union.counters[key].expected = used - union.counters[key].delta
        self._expect_codes_that_were_used_up()

    def _expect_codes_that_were_used_up(self) -> None:
        work, union = self._work, self._work.to_write.movements
        for coupon_id, coupon_move in self.changes.movements.coupons.items():
            coupon, all_moves = work.coupons_by_id.get(coupon_id), union.coupons[coupon_id]
            if coupon is None:
                continue
            if coupon_move.usage > 0 and coupon.usage_counter >= coupon.usage_limit:
                all_moves.expected_usage = coupon.usage_counter - all_moves.usage
            if coupon_move.discount > 0 and coupon.discount_counter >= (coupon.discount_limit or 0):
                all_moves.expected_discount = coupon.discount_counter - all_moves.discount
        for referral_id, referral_move in self.changes.movements.referrals.items():
            referral, all_uses = work.referrals_by_id.get(referral_id), union.referrals[referral_id]
            if referral is None:
                continue
            if referral_move.usage > 0 and referral.usage_counter >= referral.usage_limit:
                all_uses.expected_usage = referral.usage_counter - all_uses.usage

    def _merge_reservations(self) -> None:
        """Show later commands who reserved what, and how many reservations a coupon has now."""
        work, union = self._work, self._work.to_write
        fresh = self.changes.reservations - work.reservations
        if not fresh:
            return
        work.reservations |= fresh
        union.reservations |= fresh
        for coupon_id, number in Counter(coupon_id for coupon_id, _ in fresh).items():
            coupon = work.coupons_by_id.get(coupon_id)
            if coupon is None:
                continue
            coupon.reservation_counter += number
            if coupon.reservation_limit and coupon.reservation_counter >= coupon.reservation_limit:
                made = sum(each == coupon_id for each, _ in union.reservations)
                union.expected_reservations[coupon_id] = coupon.reservation_counter - made

    def _merge_profile_moves(self) -> None:
        """Show later commands the profiles as this one leaves them; a profile that is new is written like that."""
        work, union = self._work, self._work.to_write
        for profile_id, move in self.changes.profile_moves.items():
            key = work.profile_keys[profile_id]
            profile = work.profiles[key]
            moved = work.profiles[key] = msgspec.structs.replace(
                profile,
                closed_sessions=profile.closed_sessions + move.closed_sessions,
                total_sales=profile.total_sales + move.total_sales,
                last_activity=move.last_activity or profile.last_activity,
                attributes=profile.attributes if move.attributes is None else move.attributes,
            )
            if key in union.new_profiles:
                union.new_profiles[key] = moved
            else:
                known = union.profile_moves.get(profile_id)
                union.profile_moves[profile_id] = move if known is None else _added(known, move)

    def _merge_codes(self) -> None:
        """Show later commands the counters as this one leaves them."""
        work, changes = self._work, self.changes
        for (application_id, key), move in changes.movements.counters.items():
            work.counters[application_id, key] = (
                work.counters.get((application_id, key), Decimal(0)) + move.delta
            )
        for coupon_id, coupon_move in changes.movements.coupons.items():
            if coupon_id in work.coupons_by_id:
                work.coupons_by_id[coupon_id].usage_counter += coupon_move.usage
                work.coupons_by_id[coupon_id].discount_counter += coupon_move.discount
        for referral_id, referral_move in changes.movements.referrals.items():
            if referral_id in work.referrals_by_id:
                work.referrals_by_id[referral_id].usage_counter += referral_move.usage
        for cause, entries in changes.movements.entries.items():
            for entry in entries:
                if entry.kind == "redeemReferral" and cause.profile_id is not None:
                    pair = (entry.campaign_id, cause.profile_id)
                    (work.referred.discard if entry.reverses else work.referred.add)(pair)
        self._merge_code_attributes()

    def _merge_code_attributes(self) -> None:
        """Show later commands the attributes of codes as this one leaves them."""
        work, changes, union = self._work, self.changes, self._work.to_write
        _set_attributes(work.coupons.values(), changes.coupon_attributes, union.coupon_attributes)
        _set_attributes(work.referrals.values(), changes.referral_attributes, union.referral_attributes)


def _set_attributes(
    rows: Iterable[CouponRow | ReferralRow],
    changes: Mapping[int, CodeAttributes],
    union: dict[int, CodeAttributes],
) -> None:
    """Change rows of codes and the union of changes, whose guard stays what was loaded."""
    for row in rows if changes else ():
        change = changes.get(row.id)
        if change is not None:
            row.attributes = change.attributes
            known = union.get(row.id, change)
            union[row.id] = msgspec.structs.replace(change, expected=known.expected)


def _added(first: ProfileMove, second: ProfileMove) -> ProfileMove:
    """Both changes of a profile as one; the first one's expected version is the one that was loaded."""
    times = [time for time in (first.last_activity, second.last_activity) if time is not None]
    version = first.expected_version if first.expected_version is not None else second.expected_version
    return ProfileMove(
        id=first.id,
        closed_sessions=first.closed_sessions + second.closed_sessions,
        total_sales=first.total_sales + second.total_sales,
        last_activity=max(times, default=None),
        attributes=second.attributes if second.attributes is not None else first.attributes,
        expected_version=version,
    )


def _row(kind: type[Any], values: tuple[Any, ...]) -> Any:
    """A row struct from a tuple in its field order; texts of raw JSON fields are wrapped."""
    names, raw = _LAYOUTS.get(kind) or _layout(kind)
    fields = dict(zip(names, values, strict=True))
    for name in raw:
        text = fields[name]
        fields[name] = None if text is None else msgspec.Raw(text.encode())
    return kind(**fields)


_LAYOUTS: dict[type[Any], tuple[tuple[str, ...], tuple[str, ...]]] = {}


def _layout(kind: type[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    raw = tuple(
        field.name
        for field in msgspec.structs.fields(kind)
        if field.type is msgspec.Raw or field.type == msgspec.Raw | None
    )
    _LAYOUTS[kind] = (kind.__struct_fields__, raw)
    return _LAYOUTS[kind]
