"""From a method and a path to what answers it.

A path is read from left to right and never twice: a part that some path has literally is taken so, every other one is a
parameter. Paths without parameters go before all others. Empty parts do not count, so a slash at the end changes nothing.
HEAD is what GET is; the server leaves its body out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tercel.base.near import did_you_mean
from tercel.http.server.paths import restore

T = TypeVar("T")
_WORD_LENGTH_MAX = 40
_HINTS_MAX = 3
"""Strange words of a path that are compared with the known ones: callers without a key may ask, so the work is bounded."""


@dataclass(slots=True)
class _Place(Generic[T]):
    """A point that paths lead to: where they go on, and what is there by method."""

    literals: dict[str, _Place[T]] = field(default_factory=dict)
    parameter: _Place[T] | None = None
    targets: dict[str, tuple[T, list[str]]] = field(default_factory=dict)  # with the names of its parameters

    def following(self, part: str) -> _Place[T]:
        """Return the place after a part of a template; make it if there is none yet."""
        if part.startswith("{"):
            if self.parameter is None:
                self.parameter = _Place()
            return self.parameter
        return self.literals.setdefault(part, _Place())


class NoSuchPathError(Exception):
    """No template has this path."""


class NoSuchMethodError(Exception):
    """The path has other methods."""

    def __init__(self, allowed: list[str]) -> None:
        super().__init__(allowed)
        self.allowed = allowed


class Router(Generic[T]):
    """Finds the target of a request."""

    def __init__(self) -> None:
        self.routes: list[tuple[str, str]] = []  # methods and templates
        self._plain: dict[str, _Place[T]] = {}
        self._root: _Place[T] = _Place()
        self._words: set[str] = set()  # that templates have literally

    def add(self, method: str, template: str, target: T) -> None:
        """Let a target answer a path such as ``/v1/applications/{applicationId}``."""
        parts = _parts(template)
        names = [part[1:-1] for part in parts if part.startswith("{")]
        self._words.update(part for part in parts if not part.startswith("{"))
        place = self._root
        if not names:
            place = self._plain.setdefault("/".join(parts), _Place())
        else:
            for part in parts:
                place = place.following(part)
        assert method not in place.targets, f"{method} {template} is there twice"
        place.targets[method] = (target, names)
        self.routes.append((method, template))

    def find(self, method: str, path: str) -> tuple[T, dict[str, str]]:
        """Return the target of a decoded path, and the values of its parameters.

        Raises:
            NoSuchPathError: nothing has this path.
            NoSuchMethodError: the path has only other methods.
        """
        parts = _parts(path)
        place = self._plain.get("/".join(parts))
        values: list[str] = []
        if place is None:
            place = self._walk(parts, values)
        found = place.targets.get("GET" if method == "HEAD" else method)
        if found is None:
            beside = ["HEAD", "OPTIONS"] if "GET" in place.targets else ["OPTIONS"]
            raise NoSuchMethodError(sorted([*place.targets, *beside]))
        target, names = found
        return target, dict(zip(names, map(restore, values), strict=True))

    def nearest_words(self, path: str) -> str:
        """Continue a message about an unknown path with the nearest known word for its first unknown one."""
        strange = [part for part in _parts(path) if part not in self._words and len(part) <= _WORD_LENGTH_MAX]
        hints = (did_you_mean(part, self._words) for part in strange[:_HINTS_MAX])
        return next(filter(None, hints), "")

    def _walk(self, parts: list[str], values: list[str]) -> _Place[T]:
        place = self._root
        for part in parts:
            following = place.literals.get(part)
            if following is None:
                following = place.parameter
                if following is None:
                    raise NoSuchPathError
                values.append(part)
            place = following
        if not place.targets:
            raise NoSuchPathError
        return place


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]
