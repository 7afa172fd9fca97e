"""Which counters a limit means (integration.md 4.8): entities, periods, keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from tercel.base.keys import lookup_key
from tercel.evaluation.snapshot import CounterKey, CouponFacts, LimitFacts, ReferralFacts, Snapshot


class Counter(NamedTuple):
    """A counter with its bound. ``key`` is None when the limit is per profile and there is none."""

    key: CounterKey | None
    limit: Decimal
    entities: frozenset[str]


class Holder(NamedTuple):
    """Whose limits are meant: a campaign, with the codes in scope. ``store_limits`` are those of single stores."""

    campaign_id: int
    limits: Mapping[str, tuple[LimitFacts, ...]]
    coupon: CouponFacts | None = None
    referral: ReferralFacts | None = None
    store_limits: Mapping[int, tuple[LimitFacts, ...]] = {}


def counters(holder: Holder, action: str, snapshot: Snapshot, zone: tzinfo) -> tuple[Counter, ...]:
    """The counters that an action of a campaign takes from.

    A limit per coupon, referral, identifier, store or session is not applied where there is none. Each counter comes
    once: where two limits mean the same one, as a campaign's limit per store and the store's own, the lower one holds.
    """
    found: dict[CounterKey | frozenset[str], Counter] = {}
    of_store = (limit for limit in _limits_of_store(holder, snapshot) if limit.action == action)
    for limit in (*effective_limits(holder, action), *of_store):
        entities = frozenset(limit.entities)
        values = [_values(entity, holder, snapshot) for entity in sorted(entities)]
        if "Profile" in entities and snapshot.profile is None:
            found[entities] = Counter(None, limit.limit, entities)
            continue
        period = period_key(limit.period, snapshot.now, zone)
        for combination in product(*values):
            key = CounterKey(holder.campaign_id, action, "|".join(combination), period)
            if key not in found or limit.limit < found[key].limit:
                found[key] = Counter(key, limit.limit, entities)
    return tuple(found.values())


def effective_limits(holder: Holder, action: str) -> tuple[LimitFacts, ...]:
    """The limits of the campaign and of the coupon in scope; a coupon's own limits per profile replace the
    campaign's (integration.md 4.1)."""
    limits = holder.limits.get(action, ())
    coupon = holder.coupon
    if coupon is None or not coupon.limits:
        return limits
    own = tuple(_per_profile(limit) for limit in coupon.limits if limit.action == action)
    return own + tuple(limit for limit in limits if not own or "Profile" not in limit.entities)


def limited_actions(holder: Holder, snapshot: Snapshot) -> set[str]:
    """The actions that have a limit."""
    own = holder.coupon.limits if holder.coupon is not None else ()
    return {*holder.limits, *(limit.action for limit in (*own, *_limits_of_store(holder, snapshot)))}


def _limits_of_store(holder: Holder, snapshot: Snapshot) -> tuple[LimitFacts, ...]:
    return () if snapshot.store is None else holder.store_limits.get(snapshot.store.id, ())


def _per_profile(limit: LimitFacts) -> LimitFacts:
    entities = tuple(sorted({*limit.entities, "Coupon", "Profile"}))
    return LimitFacts(action=limit.action, limit=limit.limit, period=limit.period, entities=entities)


def _values(entity: str, holder: Holder, snapshot: Snapshot) -> list[str]:
    match entity:
        case "Coupon":
            ids = [holder.coupon.id] if holder.coupon else []
        case "Referral":
            ids = [holder.referral.id] if holder.referral else []
        case "Profile":
            ids = [snapshot.profile.id] if snapshot.profile else []
        case "Store":
            ids = [snapshot.store.id] if snapshot.store else []
        case "Session":
            ids = [snapshot.session.id] if snapshot.session else []
        case _:
            texts = snapshot.session.identifiers if snapshot.session else []
            return [f"{entity}={lookup_key(text)}" for text in dict.fromkeys(texts)]
    return [f"{entity}={each}" for each in ids]


def period_key(period: str | None, now: datetime, zone: tzinfo) -> str:
    """The calendar period of an instant, in the application's zone; weeks begin on Monday (management.md 3.5).

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
