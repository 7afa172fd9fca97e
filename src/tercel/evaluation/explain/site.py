"""Site: a rule in the current state of the evaluation, whose expressions can be evaluated without side effects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from tercel.base.limits import STEPS_MAX
from tercel.evaluation.facts import minor_unit
from tercel.evaluation.host.desk import Desk
from tercel.language.compiler.compiler import compile_expression
from tercel.language.errors import TalangError
from tercel.language.running.run import PARAMETER_SLOTS, UNSET
from tercel.language.tree import Call, Lambda, Literal, Node, Read, Sequence, walk
from tercel.language.values.values import truth
from tercel.rules.compiled import CompiledRule


class Allowance:
    """Steps for all questions of one evaluation together; the evaluation's own are not touched."""

    def __init__(self) -> None:
        self.steps_left = STEPS_MAX

    def spend(self, steps: int) -> bool:
        """Take steps for a sentence; tell whether there were enough."""
        self.steps_left -= steps
        return self.steps_left >= 0


class Site:
    """Evaluates expressions of a rule in the current state of the evaluation.

    Conditions are evaluated without the effects of their failure, so nothing is recorded.
    """

    def __init__(self, desk: Desk, rule: CompiledRule, allowance: Allowance) -> None:
        self.desk = desk
        self.rule = rule
        self.source = rule.source
        self.run = desk.run
        self.snapshot = desk.snapshot
        self._allowance = allowance
        self.currency = desk.application.currency
        self.money_step = minor_unit(self.currency)

    def value(self, node: Node) -> Any:
        """Return the current value of an expression.

        Raises:
            TalangError: it has no value.
        """
        compiled = compile_expression(quiet(node), self.source.scope)
        run = self.run
        steps_left, run.steps_left = run.steps_left, self._allowance.steps_left
        try:
            return compiled(run)
        finally:
            self._allowance.steps_left, run.steps_left = run.steps_left, steps_left

    def find_number(self, node: Node) -> Decimal | None:
        """Return the expression as a number, or None when it is none."""
        try:
            value = self.value(node)
        except TalangError:
            return None
        return value if isinstance(value, Decimal) else None

    def holds(self, node: Node) -> bool:
        """Tell whether a condition is true; one without a value is not."""
        try:
            value = self.value(node)
            return value is True or truth(value)
        except TalangError:
            return False

    def is_computable(self, node: Node) -> bool:
        """Tell whether the expression has a value."""
        try:
            self.value(node)
        except TalangError:
            return False
        return True

    def holds_at(self, node: Node, now: datetime) -> bool:
        """Tell whether a condition would be true at another time, all else being equal."""
        run = self.run
        before, slots = run.now, run.slots
        run.now, run.slots = now, [UNSET] * max(len(slots), PARAMETER_SLOTS)
        try:
            return self.holds(node)
        finally:
            run.now, run.slots = before, slots

    def look(self, node: Node) -> Node:
        """Return the expression that a name stands for, or the node itself."""
        for _ in range(len(self.source.bindings) + 1):
            match node:
                case Read(segments=(Literal(value=str() as name),)) if name in self.source.bindings:
                    node = self.source.bindings[name]
                case _:
                    break
        return node

    def everything_in(self, node: Node) -> Iterator[Node]:
        """Yield all nodes of an expression and of the bindings it reads, each binding once."""
        seen: set[str] = set()
        waiting = [node]
        while waiting:
            for part in walk(waiting.pop()):
                yield part
                name = (root_of(part) or "").removesuffix(" item count")
                if name in self.source.bindings and name not in seen:
                    seen.add(name)
                    waiting.append(self.source.bindings[name])

    def is_global(self, node: Node, entity: str) -> bool:
        """Tell whether a node reads a global of that name, in any case."""
        name = root_of(node)
        return name is not None and name not in self.source.bindings and name.lower() == entity.lower()


def root_of(node: Node) -> str | None:
    """Return the name that a read begins with."""
    match node:
        case Read(segments=(Literal(value=str() as name), *_)):
            return name
    return None


def path_of(node: Node) -> tuple[str, ...]:
    """Return the names of a read as written; empty when it is no read or a name is computed."""
    if not isinstance(node, Read):
        return ()
    names = [
        part.value for part in node.segments if isinstance(part, Literal) and isinstance(part.value, str)
    ]
    return tuple(names) if len(names) == len(node.segments) else ()


def quiet(node: Node) -> Node:
    """Return the expression without reactions to failure: the condition of ``onFailure``, the protected expression of ``onError``."""
    match node:
        case Call(name="onFailure", arguments=(condition, *_)):
            return quiet(condition)
        case Call(name="onError", arguments=(_, protected)):
            return quiet(protected)
        case Call(name=name, arguments=arguments, at=at):
            return Call(name, _each(quiet, arguments), at)
        case Lambda(parameter=parameter, body=body, at=at):
            return Lambda(parameter, quiet(body), at)
        case Sequence(nodes=nodes, at=at):
            return Sequence(_each(quiet, nodes), at)
    return node


def _each(change: Callable[[Node], Node], nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(map(change, nodes))
