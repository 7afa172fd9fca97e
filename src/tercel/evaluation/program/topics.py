"""Readers of the facts by which campaigns are indexed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from tercel.evaluation.snapshot import Snapshot
from tercel.rules.requirement import Subject

#: What a table of the index is about: subject, and field or attribute.
Topic = tuple[Subject, str]
#: The values that a snapshot holds for a topic.
Reader = Callable[[Snapshot], Iterable[Any]]


def reader_of(topic: Topic) -> Reader:
    """Return the function that reads the values of a topic from the facts; called once, when the index is built."""
    subject, name = topic
    make = _READERS.get(subject)
    return _codes if make is None else make(name)


def named_campaigns(snapshot: Snapshot) -> Iterator[int]:
    """Return the campaigns whose codes are in the request."""
    for coupon in snapshot.coupons.values():
        if coupon is not None:
            yield coupon.campaign_id
    if snapshot.referral is not None:
        yield snapshot.referral.campaign_id


def _codes(snapshot: Snapshot) -> set[int]:
    return set(named_campaigns(snapshot))


def _of_items(name: str) -> Reader:
    read = attrgetter(name)
    return lambda snapshot: () if snapshot.session is None else set(map(read, snapshot.session.lines))


def _of_session(name: str) -> Reader:
    return lambda snapshot: () if snapshot.session is None else _attribute(snapshot.session.attributes, name)


def _of_profile(name: str) -> Reader:
    return lambda snapshot: () if snapshot.profile is None else _attribute(snapshot.profile.attributes, name)


def _of_event(_name: str) -> Reader:
    return lambda snapshot: () if snapshot.event is None else snapshot.event.types


def _of_store(_name: str) -> Reader:
    return lambda snapshot: () if snapshot.store is None else (snapshot.store.integration_id,)


_READERS: dict[Subject, Callable[[str], Reader]] = {
    Subject.ITEM: _of_items,
    Subject.SESSION: _of_session,
    Subject.PROFILE: _of_profile,
    Subject.EVENT: _of_event,
    Subject.STORE: _of_store,
}


def _attribute(attributes: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = attributes.get(name)
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    return (value,) if isinstance(value, str) else ()
