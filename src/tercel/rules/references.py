"""What expressions refer to by an id or a name: loyalty programs, webhooks, additional costs and the like."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from tercel.language.functions.all import find_function
from tercel.language.tree import Call, Lambda, Literal, Node, Read, children
from tercel.rules.ruleset import Ruleset

#: Globals whose fields are names of things, by the topic of those things.
_TOPIC_OF_GLOBAL: Mapping[str, str] = {"loyalty": "programs", "achievements": "achievements"}


class Reference(NamedTuple):
    """A constant that names a thing of a topic, and the function or global that takes it."""

    topic: str
    value: Any
    user: str
    at: str

    @property
    def key(self) -> str:
        """The id or name as text."""
        value = self.value
        return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def references_of(node: Node, hidden: Collection[str] = ()) -> Iterator[Reference]:
    """Yield the references of an expression, in order of writing; ``hidden`` are the names that hide globals."""
    match node:
        case Call():
            yield from _arguments(node)
        case Read(segments=(Literal(value=str() as name), Literal(value=str() as value, at=at), *_)):
            topic = _TOPIC_OF_GLOBAL.get(name.lower())
            if topic is not None and name not in hidden:
                yield Reference(topic, value, name, at)
        case Lambda(parameter=parameter):
            hidden = {*hidden, parameter}
    for part in children(node):
        if type(part) is not Literal:  # Because: most are, and nothing is below them.
            yield from references_of(part, hidden)


def references_of_ruleset(ruleset: Ruleset) -> Iterator[Reference]:
    """Yield the references of all expressions of a rule set."""
    shared = {binding.name for binding in ruleset.bindings}
    for binding in ruleset.bindings:
        yield from references_of(binding.expression, shared)
    for rule in ruleset.rules:
        names = shared | {binding.name for binding in rule.bindings}
        expressions = [*(binding.expression for binding in rule.bindings), *rule.conditions, *rule.effects]
        for expression in expressions:
            yield from references_of(expression, names)


def _arguments(call: Call) -> Iterator[Reference]:
    function = find_function(call.name)
    for argument, node in zip(function.arguments if function else (), call.arguments, strict=False):
        if argument.topic and isinstance(node, Literal):
            yield Reference(argument.topic, node.value, call.name, node.at)
