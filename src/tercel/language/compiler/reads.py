"""Compilation of ``[".", …]``: names and the walk into their values (behaviour/language 5).

A read whose entities are known becomes one ``attrgetter``; whatever does not fit goes the general way, segment by
segment, which also says what is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache, partial
from operator import attrgetter
from typing import Any, NamedTuple

from tercel.language.compiler.late import Late
from tercel.language.compiler.shapes import shape_of_name, static_field
from tercel.language.errors import ArityError, MissingError, TypeMismatchError, located
from tercel.language.running.run import UNSET, Compiled, Run
from tercel.language.running.scope import (
    Binding,
    Global,
    Parameter,
    Scope,
    Shape,
)
from tercel.language.tree import Literal, Node, Read
from tercel.language.values.entity import Entity
from tercel.language.values.kinds import MAP
from tercel.language.values.values import decimal_text

CompileNode = Callable[[Node, Scope], Compiled]


class Path(NamedTuple):
    """A read that the compiler understands: attributes below a global or a parameter, then at most one map key.
    ``is_fixed`` says that no evaluation changes what is read from the root."""

    root: Global | Parameter
    attributes: tuple[str, ...]
    key: str | None
    shape: Shape
    is_fixed: bool = False


def static_path(read: Read, scope: Scope) -> Path | None:
    """Return the path of a read if every step is known before the run, else None."""
    if not read.segments or not isinstance(read.segments[0], Literal):
        return None
    root = scope.find(str(read.segments[0].value))
    if not isinstance(root, Global | Parameter):
        return None
    shape = shape_of_name(root)
    attributes: list[str] = []
    is_fixed = True
    for position, segment in enumerate(read.segments[1:], 2):
        field = static_field(shape, segment)
        if field is not None:
            attributes.append(field.attribute)
            is_fixed = is_fixed and field.is_fixed
            shape = Shape(field.kind, field.entity)
        elif shape.kind is MAP and position == len(read.segments) and isinstance(segment, Literal):
            return Path(root, tuple(attributes), _key(segment.value), Shape())
        else:
            return None
    return Path(root, tuple(attributes), None, shape, is_fixed)


def compile_read(read: Read, scope: Scope, compile_node: CompileNode) -> Compiled:
    """Compile a read to a function that raises MissingError where something is unset."""
    path = static_path(read, scope)
    if path is None:
        return _compile_walk(read, scope, compile_node)
    general = Late(partial(_compile_walk, read, scope, compile_node))
    get = plain_getter(path)
    key = path.key
    if key is not None:

        def read_key(run: Run) -> Any:
            try:
                value = get(run)[key]
            except (AttributeError, KeyError, TypeError):
                return general(run)
            return general(run) if value is None else value

        return read_key

    def read_attribute(run: Run) -> Any:
        try:
            value = get(run)
        except AttributeError:
            return general(run)
        return general(run) if value is None else value

    return read_attribute


def bare_getter(node: Node, scope: Scope) -> Compiled | None:
    """Return the plain getter of a node that only reads attributes; None for anything else."""
    path = static_path(node, scope) if isinstance(node, Read) else None
    return plain_getter(path) if path is not None and path.key is None else None


def plain_getter(path: Path) -> Compiled:
    """Return a function that reads the path's attributes unguarded: None or AttributeError where something is unset."""
    if isinstance(path.root, Global):
        return shared_getter(".".join((path.root.attribute, *path.attributes)))
    slot = path.root.slot
    if not path.attributes:
        return lambda run: run.slots[slot]
    walk_in = shared_getter(".".join(path.attributes))
    return lambda run: walk_in(run.slots[slot])


@cache
def shared_getter(path: str) -> attrgetter[Any]:
    """Return the getter of a dotted path, the same object for every rule.

    Because: thousands of rules read the same few attributes, and what they share stays in the processor's cache.
    """
    return attrgetter(path)


def _compile_walk(read: Read, scope: Scope, compile_node: CompileNode) -> Compiled:
    if not read.segments:
        return _raiser(ArityError, "`.` takes at least 1 argument", read.at)
    first, *rest = read.segments
    root = _compile_root(first, scope, compile_node, read.at)
    if not rest:
        return root
    if all(isinstance(segment, Literal) for segment in rest):
        constants = [segment.value for segment in rest if isinstance(segment, Literal)]
        return _walk_constants(root, constants, read.at)
    segments = [compile_node(segment, scope) for segment in rest]

    def walk(run: Run) -> Any:
        value = root(run)
        for segment in segments:
            value = _step(value, segment(run), read.at)
        return value

    return walk


def _walk_constants(root: Compiled, segments: list[Any], at: str) -> Compiled:
    def walk(run: Run) -> Any:
        value = root(run)
        for segment in segments:
            value = _step(value, segment, at)
        return value

    return walk


def _compile_root(first: Node, scope: Scope, compile_node: CompileNode, at: str) -> Compiled:
    if isinstance(first, Literal):
        if isinstance(first.value, str):
            return _compile_name(first.value, scope, at)
        return _raiser(TypeMismatchError, "a name is a text", at)
    computed = compile_node(first, scope)
    known: dict[str, Compiled] = {}

    def read_computed(run: Run) -> Any:
        name = computed(run)
        if not isinstance(name, str):
            raise located(TypeMismatchError("a name is a text"), at)
        reader = known.get(name)
        if reader is None:
            reader = _compile_name(name, scope, at)
            if scope.find(name) is not None:
                known[name] = reader
        return reader(run)

    return read_computed


def _compile_name(name: str, scope: Scope, at: str) -> Compiled:
    found = scope.find(name)
    if isinstance(found, Global):
        return _present(attrgetter(found.attribute), name, at)
    if isinstance(found, Parameter):
        slot = found.slot
        return _present(lambda run: run.slots[slot], name, at)
    if found is not None:
        return _present(_binding_value(found), name, at)
    counted = scope.find_counted(name)
    if counted is not None:
        return _item_count(_binding_value(counted), name, at)
    if scope.free:
        return _present(lambda run: run.variables.get(name), name, at)
    return _raiser(MissingError, f"there is nothing called `{name}`", at)


def _binding_value(binding: Binding) -> Compiled:
    slot, compiled = binding.slot, binding.compiled

    def read_binding(run: Run) -> Any:
        value = run.slots[slot]
        if value is UNSET:
            value = run.slots[slot] = compiled(run)
        return value

    return read_binding


def _item_count(value: Compiled, name: str, at: str) -> Compiled:
    def count(run: Run) -> Decimal:
        items = value(run)
        if not isinstance(items, list):
            raise located(MissingError(f"`{name}` is not set: the binding gives no list"), at)
        return Decimal(len(items))

    return count


def _present(get: Compiled, name: str, at: str) -> Compiled:
    def read_present(run: Run) -> Any:
        value = get(run)
        if value is None:
            raise located(MissingError(f"`{name}` is not set"), at)
        return value

    return read_present


def _raiser(error: type[ArityError | MissingError | TypeMismatchError], message: str, at: str) -> Compiled:
    def fail(_run: Run) -> Any:
        raise located(error(message), at)

    return fail


def _step(value: Any, segment: Any, at: str) -> Any:
    if isinstance(value, list):
        found = _element(value, segment, at)
    elif not isinstance(segment, str | Decimal) or isinstance(segment, bool):
        raise located(TypeMismatchError("a segment of a path is a text or a number"), at)
    elif isinstance(value, dict):
        found = value.get(_key(segment))
    elif isinstance(value, Entity):
        found = value.find(_key(segment))
    else:
        found = None
    if found is None:
        raise located(MissingError(f"`{_key(segment)}` is not set"), at)
    return found


def _element(values: list[Any], segment: Any, at: str) -> Any:
    if not isinstance(segment, Decimal):
        raise located(
            TypeMismatchError(f"a list has no `{segment}`; use `map` to read it from each element"), at
        )
    if segment != segment.to_integral_value() or not 0 <= segment < len(values):
        return None
    return values[int(segment)]


def _key(segment: Any) -> str:
    return decimal_text(segment) if isinstance(segment, Decimal) else str(segment)
