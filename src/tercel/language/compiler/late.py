"""Expressions that are compiled when they are first computed."""

from __future__ import annotations

from collections.abc import Callable

from tercel.language.running.run import Compiled, Run


class Late:
    """The general way of an expression that has a shorter one.

    Because: it is hardly ever gone, and to compile it for each of thousands of rules takes time and memory that every
    process pays before its first answer.
    """

    __slots__ = ("_compile", "_compiled")

    def __init__(self, compile_it: Callable[[], Compiled]) -> None:
        self._compile = compile_it
        self._compiled: Compiled | None = None

    def __call__(self, run: Run) -> object:
        """Compute the expression; compile it before the first time."""
        if self._compiled is None:
            self._compiled = self._compile()
        return self._compiled(run)
