"""What one evaluation lends to the expressions that it computes.

A compiled expression is a function ``Run -> value``. It reads the globals of the evaluation as attributes of the run
(a subclass adds ``session``, ``profile`` …), block parameters and bindings from numbered slots that the compiler
assigned, and reaches the product (coupons, budgets, effects) through ``host``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from tercel.base.limits import EXPRESSION_DEPTH_MAX, STEPS_MAX, STEPS_PER_CLOCK_CHECK
from tercel.language.errors import AbortedError
from tercel.language.host import Host


class Unset:
    """The mark of a slot that holds no value yet."""

    __slots__ = ()


UNSET = Unset()

#: Block parameters live in the last slots, one per level of nesting; bindings are numbered from 0.
PARAMETER_SLOTS = EXPRESSION_DEPTH_MAX


class Run:
    """One evaluation's now, zone, slots and allowance.

    ``is_late`` is asked every so many steps and says whether the wall-time limit has passed; it is passed in because
    the core reads no clock. ``variables`` holds free globals (for the command line and for tests). ``slot_count`` is
    the number of bindings; the slots of block parameters are added to it.
    """

    __slots__ = ("host", "is_late", "now", "slots", "steps", "steps_beyond", "variables", "zone")

    def __init__(
        self,
        *,
        now: datetime,
        zone: tzinfo,
        host: Host | None = None,
        variables: dict[str, Any] | None = None,
        slot_count: int = 0,
        is_late: Callable[[], bool] | None = None,
    ) -> None:
        self.now = now
        self.zone = zone
        self.host = host
        self.variables = variables if variables is not None else {}
        self.slots: list[Any] = [UNSET] * (slot_count + PARAMETER_SLOTS)
        self.steps = STEPS_PER_CLOCK_CHECK
        self.steps_beyond = STEPS_MAX - STEPS_PER_CLOCK_CHECK
        self.is_late = is_late

    @property
    def steps_left(self) -> int:
        """The steps that may still be spent.

        Because: steps are spent several times per rule, so ``steps`` counts down alone to the next look at the clock, and
        ``steps_beyond`` holds those after it.
        """
        return self.steps + self.steps_beyond

    @steps_left.setter
    def steps_left(self, count: int) -> None:
        self.steps = min(count, STEPS_PER_CLOCK_CHECK)
        self.steps_beyond = count - self.steps

    def spend(self, steps: int) -> None:
        """Charge steps: loops charge their body's size per element, rules their own size once.

        Raises:
            AbortedError: the step limit or the wall-time limit of rules.md 6 has passed.
        """
        self.steps -= steps
        if self.steps < 0:
            self.look_at_limits()

    def look_at_limits(self) -> None:
        """Compare what was spent with both limits, and allow the steps until the next look.

        Raises:
            AbortedError: one of them has passed.
        """
        left = self.steps_left
        if left < 0:
            raise AbortedError("the evaluation needed more than the allowed number of steps")
        self.steps_left = left
        if self.is_late is not None and self.is_late():
            raise AbortedError("the evaluation took longer than the allowed time")


#: A compiled expression.
Compiled = Callable[[Run], Any]
#: A compiled block: called with the run and the value of its parameter.
Block = Callable[[Run, Any], Any]
