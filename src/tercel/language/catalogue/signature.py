"""The parameters of a function: read from the short text that declares them, such as
``program:string|number@programs subledger:string?``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tercel.language.errors import TypeMismatchError
from tercel.language.values.entity import Entity
from tercel.language.values.kinds import Kind
from tercel.language.values.values import expect, kind_of_value

Check = Callable[[Any], Any]

#: What a block of a kind is called when it gives something else.
_BODIES = {Kind.NUMBER: "amount", Kind.MAP: "parameters"}


@dataclass(frozen=True, slots=True)
class Argument:
    """One parameter of a function.

    An empty set of kinds takes any value. ``words`` are the only texts it takes; none means any. ``topic`` says what a
    reference leads to, such as ``programs``. ``is_pair`` marks the literal key and value of ``kv``; ``is_options`` a map
    of plain values; ``body`` is the kind that a block must give. ``takes_effects`` says that effects may stand there
    where effects may stand at all; ``starts_effects`` that they may always.
    """

    name: str
    kinds: frozenset[Kind] = frozenset()
    is_optional: bool = False
    is_repeated: bool = False
    is_block: bool = False
    is_pair: bool = False
    is_options: bool = False
    takes_effects: bool = False
    starts_effects: bool = False
    parameter: str = "Item"
    body: Kind | None = None
    words: tuple[str, ...] = ()
    topic: str = ""

    def allows_effects(self, *, here: bool) -> bool:
        """Tell whether this argument may hold effects; ``here`` says whether the whole call stands where effects may."""
        return self.starts_effects or (here and (self.takes_effects or self.is_pair))

    @property
    def kind_text(self) -> str:
        """The kinds for people, such as ``number or time``."""
        if self.is_block:
            return f"block of {self.parameter}"
        if self.is_pair:
            return "[key, value]"
        return " or ".join(sorted(self.kinds)) or "any"

    @property
    def word_list(self) -> str:
        """The words for people, such as ```Current`, `Advocate```."""
        return ", ".join(f"`{word}`" for word in self.words)

    def check(self) -> Check | None:
        """Return what passes the values that the parameter takes and refuses others; None when it takes all."""
        if self.is_block:
            return None if self.body is None else _check_block(self.body)
        if not self.kinds:
            return None
        check = expect(self.kinds, self.name)
        if self.words:
            return _check_words(self, check)
        return _check_options(check) if self.is_options else check


def _check_words(argument: Argument, check: Check) -> Check:
    def check_word(value: Any) -> Any:
        if check(value) not in argument.words:
            raise TypeMismatchError(f"`{value[:100]}` is no {argument.name}; use one of {argument.word_list}")
        return value

    return check_word


def _check_options(check: Check) -> Check:
    def check_options(value: Any) -> Any:
        for name, option in check(value).items():
            if (
                isinstance(option, list | dict | Entity) and name != "attributes"
            ):  # the only one that is a map
                raise TypeMismatchError(f"the option `{name[:100]}` takes no {kind_of_value(option)}")
        return value

    return check_options


def _check_block(kind: Kind) -> Check:
    """Make of a block a function that gives values of one kind and refuses everything else."""
    check = expect(frozenset({kind}), _BODIES[kind])

    def check_block(block: Any) -> Any:
        return lambda value: check(block(value))

    return check_block


_TOKEN = re.compile(r"(\w+):([a-z|]+)(?:\(([\w|]+)\))?(?:@(\w+))?(\?|\*|\.\.\.)?$")
_BLOCKS = {"block": None, "effectblock": None, "numberblock": Kind.NUMBER, "mapblock": Kind.MAP}
_SPECIAL = {"any", "effect", "reaction", "pair", *_BLOCKS}
_KINDS = {"word": Kind.STRING, "options": Kind.MAP}


def parse_signature(text: str) -> tuple[Argument, ...]:
    """Read a signature such as ``items:list block:block(Item) descending:boolean?``.

    ``?`` is optional, ``...`` one or more, ``*`` none or more; ``@programs`` after the kinds names the topic that a
    reference belongs to. Besides the kinds there are ``word(A|B)`` for a text that is one of these, ``options`` for a map
    of plain values, ``block`` and ``effectblock`` (with the parameter's default name in brackets), ``numberblock`` and
    ``mapblock`` for blocks that give a number or a map, ``effect`` (any expression; effects may stand there), ``reaction``
    (effects may always stand there) and ``pair``.
    """
    return tuple(_parse_argument(token) for token in text.split())


def _parse_argument(token: str) -> Argument:
    match = _TOKEN.match(token)
    assert match is not None, f"not an argument: {token}"
    name, kinds, inner, topic, suffix = match.groups()
    words = set(kinds.split("|"))
    block = words & _BLOCKS.keys()
    return Argument(
        name=name,
        kinds=frozenset()
        if words & _SPECIAL
        else frozenset(_KINDS.get(word) or Kind(word) for word in words),
        is_optional=suffix in {"?", "*"},
        is_repeated=suffix in {"*", "..."},
        is_block=bool(block),
        is_pair="pair" in words,
        is_options="options" in words,
        takes_effects=bool(words & {"effect", "effectblock", "reaction"}),
        starts_effects="reaction" in words,
        parameter=inner if block and inner else "Item",
        body=_BLOCKS[min(block)] if block else None,
        words=tuple(inner.split("|")) if "word" in words else (),
        topic=topic or "",
    )
