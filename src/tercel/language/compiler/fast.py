"""Shorter ways for the hottest operators, with the same values and errors as the general way."""

from __future__ import annotations

from collections.abc import Callable

from tercel.language.compiler.fast_arithmetic import fast_arithmetic
from tercel.language.compiler.fast_comparison import fast_comparison, fast_equality
from tercel.language.compiler.fast_lists import fast_selection, fast_sum
from tercel.language.compiler.reads import CompileNode
from tercel.language.running.run import Compiled
from tercel.language.running.scope import Scope
from tercel.language.tree import Call

Specialiser = Callable[[Call, Scope, CompileNode], Compiled | None]

_SPECIALISERS: dict[str, Specialiser] = {
    **dict.fromkeys(("<", "<=", ">", ">="), fast_comparison),
    **dict.fromkeys(("=", "!="), fast_equality),
    **dict.fromkeys(("+", "-", "*", "/"), fast_arithmetic),
    **dict.fromkeys(("filter", "exists", "every", "countIf"), fast_selection),
    "sum": fast_sum,
}


def specialise(call: Call, scope: Scope, compile_node: CompileNode) -> Compiled | None:
    """Compile a call by the faster way that its function has; return None when it must go the general way."""
    specialiser = _SPECIALISERS.get(call.name)
    return None if specialiser is None else specialiser(call, scope, compile_node)
