"""Compiled blocks: a body, and the slot of its parameter.

Invariant: code that sets a parameter's slot puts the former value back, because a binding computed for the first time
inside a block may use the same slot for a block of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from tercel.language.running.run import Compiled, Run


class BlockCode(NamedTuple):
    """A compiled block; ``size`` is what one computation of the body is charged."""

    slot: int
    body: Compiled
    size: int


class BoundBlock:
    """A block within a run, ready to be applied to values. This is what implementations get."""

    __slots__ = ("_code", "_run")

    def __init__(self, run: Run, code: BlockCode) -> None:
        self._run = run
        self._code = code

    def __call__(self, value: Any) -> Any:
        """Apply to one value."""
        slot, body, size = self._code
        run = self._run
        run.spend(size)
        slots = run.slots
        before = slots[slot]
        slots[slot] = value
        try:
            return body(run)
        finally:
            slots[slot] = before

    def over(self, values: list[Any]) -> Iterator[Any]:
        """Apply to each value of a list; all steps are charged at the start."""
        slot, body, size = self._code
        run = self._run
        run.spend(len(values) * size)
        slots = run.slots
        before = slots[slot]
        try:
            for value in values:
                slots[slot] = value
                yield body(run)
        finally:
            slots[slot] = before
