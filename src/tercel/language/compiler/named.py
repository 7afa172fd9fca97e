"""Named expressions: computed when they are first read, charged then, and not nested without an end."""

from __future__ import annotations

from tercel.base.limits import NAMED_DEPTH_MAX
from tercel.language.compiler.compiler import compile_expression
from tercel.language.compiler.shapes import shape_of
from tercel.language.errors import AbortedError, located
from tercel.language.running.run import Compiled, Run
from tercel.language.running.scope import Binding, Scope
from tercel.language.tree import Literal, Node, Read, children, size


def with_named(scope: Scope, name: str, slot: int, node: Node) -> Scope:
    """Return a scope that also sees a named expression; one that is nested too deeply fails when it is read."""
    levels = levels_of(node, scope)
    compute = _too_deep(node) if levels > NAMED_DEPTH_MAX else charged(node, scope)
    return scope.with_binding(name, slot, compute, shape_of(node, scope), levels)


def levels_of(node: Node, scope: Scope) -> int:
    """Count the levels of nodes of an expression, those of the named expressions that it reads included."""
    levels = max((levels_of(child, scope) for child in children(node)), default=0)
    match node:
        case Read(segments=(Literal(value=str() as name), *_)):
            found = scope.find(name) or scope.find_counted(name)
            if isinstance(found, Binding):
                levels = max(levels, found.levels)
    return levels + 1


def too_deep_message() -> str:
    """Return the message for a named expression that is nested too deeply."""
    return f"together with the names that it reads it is nested deeper than {NAMED_DEPTH_MAX} levels"


def charged(node: Node, scope: Scope) -> Compiled:
    """Compile an expression that belongs to no rule and is charged for its nodes whenever it is computed.

    A name whose value cannot be computed is computed anew each time it is read.
    """
    compiled, steps = compile_expression(node, scope), size(node)

    def compute(run: Run) -> object:
        run.spend(steps)
        return compiled(run)

    return compute


def _too_deep(node: Node) -> Compiled:
    def fail(_run: Run) -> object:
        raise located(AbortedError(too_deep_message()), node.at)

    return fail
