"""The endpoints that management keys can be made for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tercel.base.errors import ForbiddenError, InvalidError, Problem
from tercel.base.near import did_you_mean
from tercel.features.access.keys.model import Endpoint, shape

#: A method and a path whose parameters have no names.
_Opened = tuple[str, str]
_HINTS_MAX = 5  # near words are looked for: each costs milliseconds


class Endpoints:
    """All endpoints of the Management API. Those that are ``reserved`` for administrators a key opens only by name."""

    def __init__(self, known: Iterable[tuple[str, str]], reserved: Iterable[tuple[str, str]]) -> None:
        reserved = list(reserved)
        self._names = [f"{method} {path}" for method, path in [*known, *reserved]]
        self._reserved = {(method, shape(path)) for method, path in reserved}
        self._methods: dict[str, set[str]] = {}
        for name in self._names:
            method, _, path = name.partition(" ")
            self._methods.setdefault(shape(path), set()).add(method)
        self._open = {(method, path) for path, methods in self._methods.items() for method in methods}

    def check(self, wanted: Sequence[Endpoint]) -> None:
        """Make sure that each of them exists.

        Raises:
            InvalidError: those that do not, each with its place in ``/endpoints``; the first ones with the nearest right name.
        """
        unknown = [
            (index, each)
            for index, each in enumerate(wanted)
            if not each.is_wildcard and not self._opened(each)
        ]
        if unknown:
            hinted = [self._problem(index, each, self._near(each)) for index, each in unknown[:_HINTS_MAX]]
            raise InvalidError(*hinted, *(self._problem(index, each) for index, each in unknown[_HINTS_MAX:]))

    def check_rights(self, wanted: Iterable[Endpoint], own: Iterable[Endpoint]) -> None:
        """Make sure that a key gives away no endpoint that it does not open itself.

        Raises:
            ForbiddenError: the first that it does not.
        """
        beyond = self._all(wanted) - self._all(own)
        if beyond:
            method, path = min(beyond)
            raise ForbiddenError(f"this key does not open `{method} {path}`, and may make no key that does")

    def _all(self, endpoints: Iterable[Endpoint]) -> set[_Opened]:
        return {each for endpoint in endpoints for each in self._opened(endpoint)}

    def _opened(self, endpoint: Endpoint) -> set[_Opened]:
        if endpoint.is_wildcard:
            return {each for each in self._open - self._reserved if endpoint.method in {None, each[0]}}
        path = shape(endpoint.path)
        methods = self._methods.get(path, set())
        return {(method, path) for method in methods if endpoint.method in {None, method}}

    def _near(self, endpoint: Endpoint) -> str:
        names = self._names if endpoint.method else [name.partition(" ")[2] for name in self._names]
        return did_you_mean(str(endpoint), names)

    @staticmethod
    def _problem(index: int, endpoint: Endpoint, near: str = "") -> Problem:
        details = f"there is no endpoint `{endpoint}` of the Management API{near}"
        return Problem(title="Unknown", details=details, pointer=f"/endpoints/{index}")
