"""A host for tests of the language alone: it answers what it is told and remembers what it was asked."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tercel.language import errors

_ERRORS = {
    value.name: value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, errors.TalangError)
}


class RecordingHost:
    """``answers`` are the results by method, ``failures`` the names of the errors that methods raise."""

    def __init__(self, answers: dict[str, Any], failures: dict[str, str]) -> None:
        self.answers = answers
        self.failures = failures
        self.calls: list[Any] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def method(*arguments: Any) -> Any:
            if name in self.failures:
                raise _ERRORS[self.failures[name]](f"{name} fails")
            lists = [argument for argument in arguments if isinstance(argument, list)]
            # An amount per item is recorded as the amounts of all items.
            shown = [[*map(part, lists[0])] if callable(part) else part for part in arguments]
            self.calls.append([name, *shown])
            return self.answers.get(name)

        return method

    def attempt(self, effect: Callable[[], Any]) -> Any:
        before = len(self.calls)
        try:
            return effect()
        except errors.TalangError:
            del self.calls[before:]
            raise

    def failure_effects(self, effects: Sequence[Callable[[], Any]]) -> None:
        before = len(self.calls)
        for effect in effects:
            effect()
        recorded = self.calls[before:]
        self.calls[before:] = [["failure_effects", recorded]]


def plain(value: Any) -> Any:
    """Tuples as lists, numbers as Decimal: for comparing with JSON."""
    if isinstance(value, tuple) and type(value) is tuple:
        return [plain(part) for part in value]
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
