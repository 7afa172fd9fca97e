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
from tercel.language.errors import AllSpentError, NotAvailableError, PartSpentError
from tercel.language.running.host import Host


class Unset:
    """The mark of a slot that holds no value yet."""

    __slots__ = ()


UNSET = Unset()

#: Block parameters live in the last slots, one per level of nesting; bindings are numbered from 0.
PARAMETER_SLOTS = EXPRESSION_DEPTH_MAX


class Run:
    """One evaluation's now, zone, slots and allowance.

    ``is_late`` is asked every so many steps and says whether the processor time is used up; it is passed in because
    the core reads no clock. ``variables`` holds free globals (for the command line and for tests). ``slot_count`` is
    the number of bindings; the slots of block parameters are added to it.
    """

    __slots__ = (
        "host",
        "is_late",
        "now",
        "slots",
        "steps",
        "steps_aside",
        "steps_beyond",
        "variables",
        "zone",
    )

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
        self.steps_aside = 0
        self.is_late = is_late

    @property
    def steps_left(self) -> int:
        """The steps that may still be spent in this part.

        Because: steps are spent several times per rule, so ``steps`` counts down alone to the next look at the clock, and
        ``steps_beyond`` holds those after it, ``steps_aside`` among them, which are kept for other parts; below zero
        none are.
        """
        return self.steps + self.steps_beyond - max(self.steps_aside, 0)

    @steps_left.setter
    def steps_left(self, count: int) -> None:
        self.steps = min(count, STEPS_PER_CLOCK_CHECK)
        self.steps_beyond = count - self.steps + max(self.steps_aside, 0)

    def begin_part(self, most: int) -> None:
        """Let what follows, up to the next part, spend no more than so many of the steps that are left, which is no
        fewer than there are between two looks at the clock."""
        self.steps_aside = self.steps + self.steps_beyond - most

    def spend(self, steps: int) -> None:
        """Charge steps before the work is done: loops charge their body's size per element, rules their own size once.

        Raises:
            PartSpentError: this part has no more steps.
            AllSpentError: the evaluation has no more steps or processor time.
        """
        self.steps -= steps
        if self.steps < 0:
            self.look_at_limits()

    def need_host(self) -> Host:
        """Return the host, the product that this run belongs to.

        Raises:
            NotAvailableError: the expression runs outside an evaluation.
        """
        if self.host is None:
            raise NotAvailableError("this function needs an evaluation")
        return self.host

    def look_at_limits(self) -> None:
        """Compare what was spent with the limits, and allow the steps until the next look.

        Raises:
            PartSpentError: this part has no more steps.
            AllSpentError: the evaluation has no more steps or processor time.
        """
        aside = self.steps_aside if self.steps_aside > 0 else 0
        left = self.steps + self.steps_beyond - aside
        if left < 0:
            self.steps_left = 0  # what was refused is not done
            if aside:
                raise PartSpentError("the campaign needed more than the allowed number of steps")
            raise AllSpentError("the evaluation needed more than the allowed number of steps")
        self.steps = left if left < STEPS_PER_CLOCK_CHECK else STEPS_PER_CLOCK_CHECK
        self.steps_beyond = left - self.steps + aside
        if self.is_late is not None and self.is_late():
            raise AllSpentError("the evaluation took more than the allowed processor time")


#: A compiled expression.
Compiled = Callable[[Run], Any]
#: A compiled block: called with the run and the value of its parameter.
Block = Callable[[Run, Any], Any]
