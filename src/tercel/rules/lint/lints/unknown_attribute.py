"""Attributes that are not defined (behaviour/language 12)."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from tercel.language.compiler.shapes import parameter_shape, shape_of_name
from tercel.language.functions.all import find_function
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Lambda, Literal, Node, Read, children
from tercel.rules.lint.lint import Lint, rule, ruleset
from tercel.rules.lint.setting import Setting
from tercel.rules.lint.view import View


def _find(view: View) -> Iterator[tuple[str, str]]:
    known = view.setting.known.get("attributes")
    if known is None:
        return
    seen: set[str] = set()
    for each in view.rules:
        for root in (*each.conditions, *each.effects):
            for at, attribute in _attributes(root, each.scope):
                if attribute not in known and at not in seen:
                    seen.add(at)
                    near = get_close_matches(attribute, sorted(known), n=1)
                    hint = f"did you mean `{near[0]}`?" if near else "create it, or correct the name"
                    yield at, f"there is no attribute `{attribute}`; {hint}"


def _attributes(node: Node, scope: Scope) -> Iterator[tuple[str, str]]:
    """Pointer and name of all attributes read by a literal name, such as ``Session.channel``."""
    match node:
        case Read(
            segments=(Literal(value=str() as name), Literal(value=str() as field), Literal(value=attribute))
        ):
            found = scope.find(name)
            entity = None if found is None else shape_of_name(found).entity
            if entity is not None and field.lower() == "attributes":
                yield node.at, f"{entity.__name__}.{attribute}"
    for index, child in enumerate(children(node)):
        yield from _attributes(child, _scope_of(node, index, child, scope))


def _scope_of(node: Node, index: int, child: Node, scope: Scope) -> Scope:
    function = find_function(node.name) if isinstance(node, Call) else None
    if function is None or not isinstance(node, Call) or not isinstance(child, Lambda):
        return scope
    return scope.with_parameter(child.parameter, parameter_shape(node, function, index, scope))[0]


LINT = Lint(
    code="unknownAttribute",
    title="The attribute is not defined",
    why="Reading an attribute that no request can carry always fails. Only a warning, for the attribute may be created "
    "after the rules.",
    find=_find,
    example=ruleset(
        rule(
            ["and", ["=", [".", "Session", "Attributes", "chanel"], "app"]],
            ["showNotification", "Info", "Thanks for using the app"],
        )
    ),
    counterexample=ruleset(
        rule(
            ["and", ["=", [".", "Session", "Attributes", "channel"], "app"]],
            ["showNotification", "Info", "Thanks for using the app"],
        )
    ),
    setting=Setting(known={"attributes": frozenset({"Session.channel"})}),
)
