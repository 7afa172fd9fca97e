"""Is there an order that explains what clients saw? The search of Wing and Gong with the memory of Lowe.

A history is explained when its operations can be put into one order such that nobody comes before somebody who had
finished when he began, and the sequential model, run in that order, gives every answer that was seen. Operations that
share nothing are checked apart. What was not answered may have happened at any time after it was sent, or never.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any

from tests.attack.history import Event

World = dict[Hashable, Any]
#: The world after an event, or None when the model contradicts its answer.
Step = Callable[[World, Event], World | None]
#: States after which a search is given up: the history counts as unexplained, and says so.
STATES_MAX = 50_000
#: States that making a failure smaller may cost, over all its tries and for each of them.
_SHRINKING_MAX = 50_000
_TRY_MAX = 5_000


class Undecided(Exception):
    """The search was given up."""


class Budget:
    """How many states may still be looked at."""

    def __init__(self, states: int = STATES_MAX) -> None:
        self.states = states

    def spend(self) -> None:
        """Look at one more.

        Raises:
            Undecided: that would be one too many.
        """
        if self.states <= 0:
            raise Undecided
        self.states -= 1


def explain(
    events: Sequence[Event], step: Step, start: World, budget: Budget | None = None
) -> list[Event] | None:
    """An order that explains the events, or None.

    Raises:
        Undecided: too many states.
    """
    budget = budget or Budget()
    ordered = sorted(events, key=lambda event: event.sent)
    must = sum(1 << at for at, event in enumerate(ordered) if event.answer is not None)
    seen: set[tuple[int, frozenset[Any]]] = set()
    path: list[Event] = []
    open_choices = [(start, 0, _choices(ordered, 0, step, start))]
    while open_choices:
        world, done, choices = open_choices[-1]
        if done & must == must:
            return path
        at = next(choices, None)
        if at is None:
            open_choices.pop()
            if path:
                path.pop()
            continue
        after = world if ordered[at].changes_nothing else step(world, ordered[at])
        reached = done | 1 << at
        if after is None or (key := (reached, frozenset(after.items()))) in seen:
            continue
        if ordered[at].answer is None and after == world:
            # Because: it may as well have happened later, or never.
            continue
        budget.spend()
        seen.add(key)
        path.append(ordered[at])
        open_choices.append((after, reached, _choices(ordered, reached, step, after)))
    return None


def _choices(ordered: Sequence[Event], done: int, step: Step, world: World) -> Iterator[int]:
    """Events to try next. One that changes nothing, and can be explained where it is, need not be tried anywhere later."""
    possible = _next(ordered, done)
    changing = [at for at in possible if not ordered[at].changes_nothing]
    reading = [at for at in possible if ordered[at].changes_nothing]
    now = (at for at in reading if _is_right(ordered[at], [ordered[each] for each in changing], step, world))
    return iter([first] if (first := next(now, None)) is not None else changing)


def _is_right(event: Event, others: Sequence[Event], step: Step, world: World) -> bool:
    """Whether what was read is right; an offer may count another request as done, which is decided with it and written later."""
    if step(world, event) is not None:
        return True
    worlds = (step(world, other) for other in others) if event.operation.is_offer else ()
    return any(step(each, event) is not None for each in worlds if each is not None)


def _next(ordered: Sequence[Event], done: int) -> list[int]:
    """Events that may come next, those answered first before the others: nobody left had finished when they began.

    Of the same request sent again and again without an answer the earliest stands for all: it may come wherever a later
    one may, and comes to the same.
    """
    first_end = float("inf")
    choices = []
    unanswered = set()
    for at, event in enumerate(ordered):
        if done >> at & 1:
            continue
        if event.sent > first_end:
            break
        if event.answer is None:
            if event.operation in unanswered:
                continue
            unanswered.add(event.operation)
        first_end = min(first_end, event.end)
        choices.append(at)
    return sorted(choices, key=lambda at: ordered[at].end)


def parts(events: Iterable[Event], touches: Callable[[Event], Iterable[Hashable]]) -> list[list[Event]]:
    """The events in groups that share nothing."""
    leader: dict[Hashable, Hashable] = {}

    def find(name: Hashable) -> Hashable:
        while leader.setdefault(name, name) != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    listed = [(event, list(touches(event))) for event in events]
    for _, names in listed:
        for name in names[1:]:
            leader[find(name)] = find(names[0])
    groups: dict[Hashable, list[Event]] = {}
    for event, names in listed:
        groups.setdefault(find(names[0]), []).append(event)
    return list(groups.values())


def shrink(events: Sequence[Event], step: Step, start: World) -> list[Event]:
    """A smaller history that is unexplained as well: the shortest beginning, then without answers that do not matter.

    A request stays in even when its answer is forgotten, because it may have happened: to forget allows more orders, so
    what stays unexplained was not wrong because of that answer.
    """

    whole = Budget(_SHRINKING_MAX)

    def is_unexplained(tried: Sequence[Event]) -> bool:
        own = Budget(min(_TRY_MAX, whole.states))
        whole.states -= own.states
        try:
            return explain(tried, step, start, own) is None
        except Undecided:
            return False
        finally:
            whole.states += own.states

    moments = sorted(event.end for event in events if event.answered is not None)
    shortest = bisect_left(moments, True, key=lambda moment: is_unexplained(_begun(events, moment)))
    best = _begun(events, moments[min(shortest, len(moments) - 1)])
    if not is_unexplained(best):
        best = list(events)
    for event in [event for event in best if event.answer is not None]:
        tried = [other.forgotten() if other is event else other for other in best]
        if is_unexplained(tried):
            best = tried
    return sorted(best, key=lambda event: event.sent)


def _begun(events: Sequence[Event], moment: float) -> list[Event]:
    """What had been sent by a moment, with the answers that had come."""
    return [event if event.end <= moment else event.forgotten() for event in events if event.sent < moment]
