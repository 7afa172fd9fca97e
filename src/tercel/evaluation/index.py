"""Which campaigns can fire at all: an index over the necessary facts of their rules.

Each rule stands under one of its key facts (or under none) and there, when it also needs a number, in a list sorted by
the least number. So a request touches the campaigns that its cart, codes and event name, and of these the ones whose
threshold it reaches, however many others there are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from tercel.rules.compiled import ANY_PATH, CompiledRuleset
from tercel.rules.facts import Key, Necessary, Subject, Threshold

#: The most selective subjects first.
_RANK = {
    Subject.COUPON: 0,
    Subject.REFERRAL: 1,
    Subject.ITEM: 2,
    Subject.EVENT: 3,
    Subject.PROFILE: 4,
    Subject.SESSION: 5,
    Subject.STORE: 6,
}


class IndexKey(NamedTuple):
    """A key fact as an index key; codes are told apart by their campaign."""

    subject: str
    name: str
    value: Any


class NumberPath(NamedTuple):
    """A number of the run: the attribute of the global, and that of the entity."""

    entity: str
    field: str


@dataclass(slots=True)
class _Bucket:
    """Campaigns under one key: those without a threshold, and by path the sorted thresholds with their campaigns."""

    always: list[int] = field(default_factory=list)
    thresholds: dict[NumberPath, tuple[list[Decimal], list[int]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CampaignIndex:
    """``names`` are the item fields and attributes that keys use, by subject."""

    buckets: Mapping[IndexKey | None, _Bucket]
    names: Mapping[Subject, frozenset[str]]

    @classmethod
    def over(cls, campaigns: Iterable[tuple[int, int, CompiledRuleset]]) -> CampaignIndex:
        """Index (order, id, rules) of campaigns."""
        campaigns = list(campaigns)
        updates = frozenset[str]().union(*(ruleset.updates for _, _, ruleset in campaigns))
        builder = _Builder(updates)
        for order, campaign_id, ruleset in campaigns:
            for rule in ruleset.rules:
                builder.add(order, campaign_id, rule.necessary)
        return builder.finish()

    def candidates(
        self, keys: Iterable[IndexKey | None], numbers: Callable[[NumberPath], Decimal | None]
    ) -> list[int]:
        """The orders of the campaigns that may fire, ascending. ``numbers`` gives the value of a path, or None."""
        found: set[int] = set()
        buckets = self.buckets
        for key in keys:
            bucket = buckets.get(key)
            if bucket is None:
                continue
            found.update(bucket.always)
            for path, (values, orders) in bucket.thresholds.items():
                number = numbers(path)
                if number is not None:
                    found.update(orders[: bisect_right(values, number)])
        return sorted(found)


class _Builder:
    def __init__(self, updates: frozenset[str]) -> None:
        self.updates = {path.lower() for path in updates}
        self.always: dict[IndexKey | None, list[int]] = {}
        self.thresholds: dict[IndexKey | None, dict[NumberPath, list[tuple[Decimal, int]]]] = {}
        self.names: dict[Subject, set[str]] = {}

    def add(self, order: int, campaign_id: int, necessary: Necessary) -> None:
        for key in self._index_keys(campaign_id, necessary):
            if necessary.thresholds:
                threshold = _highest(necessary.thresholds)
                paths = self.thresholds.setdefault(key, {})
                path = NumberPath(threshold.entity, threshold.field)
                paths.setdefault(path, []).append((threshold.value, order))
            else:
                self.always.setdefault(key, []).append(order)

    def _index_keys(self, campaign_id: int, necessary: Necessary) -> list[IndexKey | None]:
        usable = [keys for keys in necessary.keys if not any(map(self._may_change, keys))]
        if not usable:
            return [None]
        chosen = min(usable, key=lambda keys: (max(_RANK[key.subject] for key in keys), len(keys)))
        for key in chosen:
            self.names.setdefault(key.subject, set()).add(key.name)
        return [index_key(key, campaign_id) for key in chosen]

    def _may_change(self, key: Key) -> bool:
        """Whether a rule may set the attribute, so that the snapshot does not decide."""
        if key.subject not in {Subject.SESSION, Subject.PROFILE}:
            return False
        return ANY_PATH in self.updates or f"{key.subject}.attributes.{key.name}".lower() in self.updates

    def finish(self) -> CampaignIndex:
        buckets: dict[IndexKey | None, _Bucket] = {}
        for key in {*self.always, *self.thresholds}:
            bucket = _Bucket(self.always.get(key, []))
            for path, entries in self.thresholds.get(key, {}).items():
                entries.sort()
                bucket.thresholds[path] = ([value for value, _ in entries], [order for _, order in entries])
            buckets[key] = bucket
        return CampaignIndex(buckets, {subject: frozenset(names) for subject, names in self.names.items()})


def _highest(thresholds: tuple[Threshold, ...]) -> Threshold:
    return max(thresholds, key=lambda threshold: threshold.value)


def index_key(key: Key, campaign_id: int) -> IndexKey:
    """The index key of a necessary fact of one campaign."""
    own = key.subject in {Subject.COUPON, Subject.REFERRAL}
    return IndexKey(key.subject.value, key.name, campaign_id if own else key.value)
