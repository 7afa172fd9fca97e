"""Counters of limits: which counters an action takes from, by entities and periods (behaviour/budgets 2, 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from tercel.base.keys import lookup_key
from tercel.base.numbers import ONE
from tercel.evaluation.snapshot import CounterKey, LimitFacts, Snapshot
from tercel.language.catalogue.budgets import BUDGETS


class Counter(NamedTuple):
    """A counter with its limit. ``key`` is None when the limit is per profile and the request has none."""

    key: CounterKey | None
    limit: Decimal
    entities: frozenset[str]


class Holder(NamedTuple):
    """The owner of limits: a campaign and the codes in scope.

    ``own_limits`` are those of the coupon, ``store_limits`` those of single stores by their id.
    """

    campaign_id: int
    limits: Mapping[str, tuple[LimitFacts, ...]]
    coupon_id: int | None = None
    referral_id: int | None = None
    own_limits: tuple[LimitFacts, ...] = ()
    store_limits: Mapping[int, tuple[LimitFacts, ...]] = {}


class Place(NamedTuple):
    """The facts beside codes that select a counter: time, customer, session, store, identifiers (as lookup keys)."""

    time: datetime
    profile_id: int | None = None
    session_id: int | None = None
    store_id: int | None = None
    identifiers: tuple[str, ...] = ()


#: Actions that count occurrences, by the action whose occurrences they count.
OCCURRENCES = {budget.action: budget.occurrences for budget in BUDGETS if budget.occurrences}
#: Begins the scope of a coupon's own limit, so that it is never taken for one of the campaign.
OWN = "CodeLimit"


def place_of(snapshot: Snapshot) -> Place:
    """Return the facts of a snapshot that select counters."""
    session = snapshot.session
    return Place(
        time=snapshot.now,
        profile_id=None if snapshot.profile is None else snapshot.profile.id,
        session_id=None if session is None else session.id,
        store_id=None if snapshot.store is None else snapshot.store.id,
        identifiers=() if session is None else identifier_keys(session.identifiers),
    )


def identifier_keys(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the identifiers of a session as lookup keys, each once."""
    return tuple(dict.fromkeys(map(lookup_key, texts)))


def counters(holder: Holder, action: str, place: Place, zone: tzinfo) -> tuple[Counter, ...]:
    """Return the counters that an action of a campaign takes from.

    A limit per coupon, referral, identifier, store or session is not applied where the request has none. Each counter is
    returned once: where two limits mean the same one, such as a campaign's limit per store and the store's own, the lower holds.
    """
    found: dict[CounterKey | frozenset[str], Counter] = {}
    of_store = (limit for limit in _limits_of_store(holder, place) if limit.action == action)
    for limit in (*effective_limits(holder, action), *of_store):
        entities = frozenset(limit.entities)
        values = [_values(entity, holder, place) for entity in sorted(entities)]
        if "Profile" in entities and place.profile_id is None:
            found[entities] = Counter(None, limit.limit, entities)
            continue
        period = period_key(limit.period, place.time, zone)
        for combination in product(*values):
            key = CounterKey(holder.campaign_id, action, "|".join(combination), period)
            if key not in found or limit.limit < found[key].limit:
                found[key] = Counter(key, limit.limit, entities)
    return tuple(found.values())


def effective_limits(holder: Holder, action: str) -> tuple[LimitFacts, ...]:
    """Return the limits that hold for an action: those of the campaign and of the coupon in scope.

    A coupon's own limits per profile replace the campaign's limits per profile (behaviour/budgets 5).
    """
    limits = holder.limits.get(action, ())
    if not holder.own_limits:
        return limits
    own = tuple(_per_profile(limit) for limit in holder.own_limits if limit.action == action)
    return own + tuple(limit for limit in limits if not own or "Profile" not in limit.entities)


def limited_actions(holder: Holder, place: Place) -> set[str]:
    """Return the actions that have a limit."""
    return {
        *holder.limits,
        *(limit.action for limit in (*holder.own_limits, *_limits_of_store(holder, place))),
    }


def entry_uses(
    holder: Holder, kind: str, amount: Decimal, place: Place, zone: tzinfo, *, is_own: bool
) -> dict[CounterKey, Decimal]:
    """Return the amount that an entry takes from each counter under the limits of now.

    The result does not depend on the limits at the time of the entry; ``ledger.counting`` computes the same in SQL. With
    ``is_own`` the limits of its coupon held in place of its campaign's limits per profile.
    """
    used = {kind: amount}
    if kind in OCCURRENCES:
        used[OCCURRENCES[kind]] = ONE
    found: dict[CounterKey, Decimal] = {}
    for action, number in used.items():
        limits = holder.limits.get(action, ())
        if is_own:
            limits = tuple(limit for limit in limits if "Profile" not in limit.entities)
        those = counters(holder._replace(limits={action: limits}, own_limits=()), action, place, zone)
        if holder.own_limits:
            those += counters(holder._replace(limits={}, store_limits={}), action, place, zone)
        found |= {each.key: number for each in those if each.key is not None}
    return found


def _limits_of_store(holder: Holder, place: Place) -> tuple[LimitFacts, ...]:
    return () if place.store_id is None else holder.store_limits.get(place.store_id, ())


def _per_profile(limit: LimitFacts) -> LimitFacts:
    entities = tuple(sorted({*limit.entities, OWN, "Coupon", "Profile"}))
    return LimitFacts(action=limit.action, limit=limit.limit, period=limit.period, entities=entities)


def _values(entity: str, holder: Holder, place: Place) -> list[str]:
    match entity:
        case "Coupon":
            value = holder.coupon_id
        case "Referral":
            value = holder.referral_id
        case "Profile":
            value = place.profile_id
        case "Store":
            value = place.store_id
        case "Session":
            value = place.session_id
        case "Identifier":
            return [f"{entity}={key}" for key in place.identifiers]
        case _:
            return [OWN]
    return [] if value is None else [f"{entity}={value}"]


def period_key(period: str | None, now: datetime, zone: tzinfo) -> str:
    """Return the key of the calendar period of an instant, in the application's zone; weeks begin on Monday.

    See behaviour/budgets 3.

    >>> from datetime import UTC
    >>> [period_key(each, datetime(2026, 8, 14, tzinfo=UTC), UTC) for each in ("yearly", "monthly", "weekly", "daily")]
    ['Y2026', 'Y2026M8', 'Y2026W33', 'Y2026D226']
    """
    if not period:
        return ""
    local = now.astimezone(zone)
    match period:
        case "yearly":
            return f"Y{local.year}"
        case "monthly":
            return f"Y{local.year}M{local.month}"
        case "weekly":
            year, week, _ = local.isocalendar()
            return f"Y{year}W{week}"
        case _:
            return f"Y{local.year}D{local.timetuple().tm_yday}"
