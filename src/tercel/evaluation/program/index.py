"""Index of campaigns by the facts that their rules need to fire.

Each rule is filed under one of its key facts, or under none. When it also needs a number, it stands in a list that is sorted by
the least number. A request therefore touches only the campaigns that its cart, codes and event name, and of these the ones whose
threshold it reaches, however many others exist.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from tercel.evaluation.entities.run import EvaluationRun
from tercel.evaluation.program.topics import Reader, Topic, reader_of
from tercel.evaluation.snapshot import Snapshot
from tercel.rules.compiled import ANY_PATH, CompiledRuleset
from tercel.rules.requirement import Key, Requirement, Subject

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

# Codes are told apart by their campaign.
_OWN = {Subject.COUPON, Subject.REFERRAL}


@dataclass(slots=True)
class _Bucket:
    """Campaigns under one key: those without a threshold, and sorted thresholds with their campaigns by path of the number."""

    always: list[int] = field(default_factory=list)
    thresholds: dict[int, tuple[list[Decimal], list[int]]] = field(default_factory=dict)


class _Table(NamedTuple):
    """The buckets of one topic by value, and the function that reads its values from the facts."""

    read: Reader
    buckets: Mapping[Any, _Bucket]


@dataclass(frozen=True, slots=True)
class CampaignIndex:
    """Campaigns by topic and value.

    ``tables`` holds the buckets of each topic, ``rest`` the campaigns without a key fact, ``numbers`` the readers of the numbers that
    thresholds compare.
    """

    tables: Sequence[_Table]
    rest: _Bucket
    numbers: Sequence[Callable[[Any], Decimal | None]]

    @classmethod
    def over(cls, campaigns: Iterable[tuple[int, int, CompiledRuleset]]) -> CampaignIndex:
        """Build the index over triples of order, campaign id and rules."""
        campaigns = list(campaigns)
        updates = frozenset[str]().union(*(ruleset.updates for _, _, ruleset in campaigns))
        builder = _Builder(updates)
        for order, campaign_id, ruleset in campaigns:
            for rule in ruleset.rules:
                builder.add(order, campaign_id, rule.requirement)
        tables = [_Table(reader_of(topic), buckets) for topic, buckets in builder.tables.items()]
        return CampaignIndex(tables, builder.rest, list(map(attrgetter, builder.paths)))

    def candidates(self, snapshot: Snapshot, run: EvaluationRun) -> list[int]:
        """Return the orders of the campaigns that may fire, ascending."""
        found: list[int] = []
        reached = [self.rest]
        for read, buckets in self.tables:
            reached += [buckets[value] for value in read(snapshot) if value in buckets]
        readings = [_reading(read, run) for read in self.numbers]
        for bucket in reached:
            found += bucket.always
            for path, (limits, orders) in bucket.thresholds.items():
                reading = readings[path]
                if reading is not None:
                    found += orders[: bisect_right(limits, reading)]
        return sorted(set(found))  # each once, though several of its rules may be reached


def _reading(read: Callable[[Any], Decimal | None], run: EvaluationRun) -> Decimal | None:
    try:
        return read(run)
    except AttributeError:  # the request has no such entity
        return None


class _Builder:
    def __init__(self, updates: frozenset[str]) -> None:
        self.updates = {path.lower() for path in updates}
        self.tables: dict[Topic, dict[Any, _Bucket]] = {}
        self.rest = _Bucket()
        self.paths: dict[str, int] = {}

    def add(self, order: int, campaign_id: int, requirement: Requirement) -> None:
        for bucket in self._buckets(campaign_id, requirement):
            if not requirement.thresholds:
                bucket.always.append(order)
                continue
            highest = max(requirement.thresholds, key=lambda threshold: threshold.value)
            path = self.paths.setdefault(f"{highest.entity}.{highest.field}", len(self.paths))
            limits, orders = bucket.thresholds.setdefault(path, ([], []))
            place = bisect_right(limits, highest.value)
            limits.insert(place, highest.value)
            orders.insert(place, order)

    def _buckets(self, campaign_id: int, requirement: Requirement) -> list[_Bucket]:
        usable = [keys for keys in requirement.keys if not any(map(self._may_change, keys))]
        if not usable:
            return [self.rest]
        chosen = min(usable, key=lambda keys: (max(_RANK[key.subject] for key in keys), len(keys)))
        buckets = []
        for key in chosen:
            value = campaign_id if key.subject in _OWN else key.value
            table = self.tables.setdefault((key.subject, key.name), {})
            buckets.append(table.setdefault(value, _Bucket()))
        return buckets

    def _may_change(self, key: Key) -> bool:
        """Tell whether a rule may set the attribute, in which case the snapshot does not decide."""
        if key.subject not in {Subject.SESSION, Subject.PROFILE}:
            return False
        return ANY_PATH in self.updates or f"{key.subject}.attributes.{key.name}".lower() in self.updates
