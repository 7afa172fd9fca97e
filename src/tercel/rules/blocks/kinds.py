"""What tells checks from effects, and how a check stands among effects.

In blocks a rule is one sequence, in the language all conditions come before all effects. A check that follows an effect
may read what that effect changed, so it cannot simply move to the front: it stays in its place as an effect that fails
the rule (``in_place``). Only checks of codes do move, because a code must be accepted before anything is granted, and
no effect changes what they answer.
"""

from __future__ import annotations

from typing import Any

from tercel.language.functions.all import find_function
from tercel.language.reader import read
from tercel.language.tree import Call, Node, children

_NOTHING: list[Any] = ["noop"]
#: Has no value, which fails the rule without telling the caller of an error.
_FAILURE: list[Any] = ["head", ["list"]]
_FAILURE_NODE = read(_FAILURE)
_NOTHING_NODE = read(_NOTHING)

#: Checks that are made first wherever they stand.
CODE_CHECKS = frozenset({"checkCoupon", "checkReferral"})


def is_effect(node: Node) -> bool:
    """Tell whether computing the node may record an effect of the rule; reactions to a failed condition do not count."""
    if isinstance(node, Call):
        function = find_function(node.name)
        if function is not None and function.is_effect:
            return True
        if node.name == "onFailure":
            return any(map(is_effect, node.arguments[:1]))
    return any(map(is_effect, children(node)))


def in_place(check: Any) -> list[Any]:
    """Return the data of an effect that fails the rule unless a check holds."""
    return ["if", check, _NOTHING, _FAILURE]


def check_in_place(node: Node) -> Node | None:
    """Return the check of an effect made by ``in_place``, or None for any other node."""
    match node:
        case Call(name="if", arguments=(check, then, otherwise)):
            if then == _NOTHING_NODE and otherwise == _FAILURE_NODE and not is_effect(check):
                return check
    return None


def failing_with(reaction: list[Any]) -> list[Any]:
    """Return the data of a reaction that leaves the rule failed but is returned all the same."""
    return in_place(["onFailure", False, *reaction])


def as_effect(data: Any) -> list[Any]:
    """Data that is recognised as an effect although it records nothing."""
    return ["repeat", 1, data]
