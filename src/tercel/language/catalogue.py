"""How a function of the language is declared: once, with everything that anybody needs to know about it.

The reader asks where blocks stand, the checker counts arguments and compares kinds, the compiler takes the
implementation, and the documentation is printed from the same declaration. ``functions/<family>.py`` declares;
``catalogue_all`` gathers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from tercel.language.kinds import ANY, Kind

Implementation = Callable[..., Any]
_Declared = TypeVar("_Declared", bound=Implementation)


class Example(NamedTuple):
    """An expression as JSON text and the value it has, as JSON text."""

    expression: str
    value: str


@dataclass(frozen=True, slots=True)
class Argument:
    """One parameter of a function.

    An empty set of kinds takes any value. ``is_pair`` marks the literal key and value of ``kv``; ``takes_effects`` says
    that effects may stand there where effects may stand at all; ``starts_effects`` that they may always.
    """

    name: str
    kinds: frozenset[Kind] = frozenset()
    is_optional: bool = False
    is_repeated: bool = False
    is_block: bool = False
    is_pair: bool = False
    takes_effects: bool = False
    starts_effects: bool = False
    parameter: str = "Item"

    def allows_effects(self, *, here: bool) -> bool:
        """Whether effects may stand in this argument of a call that stands where they may or may not."""
        return self.starts_effects or (here and (self.takes_effects or self.is_pair))

    @property
    def kind_text(self) -> str:
        """The kinds for people, such as ``number or time``."""
        if self.is_block:
            return f"block of {self.parameter}"
        if self.is_pair:
            return "[key, value]"
        return " or ".join(sorted(self.kinds)) or "any"


#: How the result's shape follows from the arguments: ``like 0`` is that of argument 0, ``element 0`` that of its
#: elements, ``join 1`` that of all arguments from 1 on if they agree, ``body 1`` that of a block's body, ``map 1`` a list
#: of that, ``items`` a list of cart items; empty means ``Function.result``.
ResultRule = str


@dataclass(frozen=True, slots=True)
class Function:
    """A function or special form of the language.

    ``implementation`` takes ``(run, *values)``. That of a special form takes ``(site, *compiled)`` and returns the
    compiled call. ``is_foldable`` says that equal arguments give equal values in every run.
    """

    name: str
    family: str
    arguments: tuple[Argument, ...]
    result: Kind
    doc: str
    implementation: Implementation
    aliases: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    errors: tuple[str, ...] = ()
    result_rule: ResultRule = ""
    is_effect: bool = False
    is_special: bool = False
    is_foldable: bool = False
    is_refused_when_stored: bool = False

    @property
    def arity_min(self) -> int:
        """The fewest arguments."""
        return sum(not argument.is_optional for argument in self.arguments)

    @property
    def arity_max(self) -> int | None:
        """The most arguments; None when the last one may be repeated."""
        return None if self.arguments and self.arguments[-1].is_repeated else len(self.arguments)

    def argument_at(self, index: int) -> Argument | None:
        """The parameter that takes the argument of that index."""
        if index < len(self.arguments):
            return self.arguments[index]
        if self.arguments and self.arguments[-1].is_repeated:
            return self.arguments[-1]
        return None

    def accepts(self, count: int) -> bool:
        """Whether that many arguments are allowed."""
        return self.arity_min <= count and (self.arity_max is None or count <= self.arity_max)

    @property
    def arity_text(self) -> str:
        """The number of arguments for people, such as ``1 argument`` or ``at least 2 arguments``."""
        low, high = self.arity_min, self.arity_max
        if high is None:
            count = f"at least {low}"
        else:
            count = str(low) if low == high else f"{low} to {high}"
        return f"{count} argument" if count.endswith("1") and low == 1 else f"{count} arguments"


_TOKEN = re.compile(r"(\w+):([a-z|]+)(?:\((\w+)\))?(\?|\*|\.\.\.)?$")


def parse_signature(text: str) -> tuple[Argument, ...]:
    """Read a signature such as ``items:list block:block(Item) descending:boolean?``.

    ``?`` is optional, ``...`` one or more, ``*`` none or more. Besides the kinds there are ``block`` and
    ``effectblock`` (with the parameter's default name in brackets), ``effect`` (any expression; effects may stand
    there), ``reaction`` (effects may always stand there) and ``pair``.
    """
    return tuple(_parse_argument(token) for token in text.split())


def _parse_argument(token: str) -> Argument:
    match = _TOKEN.match(token)
    assert match is not None, f"not an argument: {token}"
    name, kinds, parameter, suffix = match.groups()
    words = set(kinds.split("|"))
    special = words & {"any", "block", "effectblock", "effect", "reaction", "pair"}
    return Argument(
        name=name,
        kinds=frozenset() if special else frozenset(Kind(word) for word in words),
        is_optional=suffix in {"?", "*"},
        is_repeated=suffix in {"*", "..."},
        is_block=bool(words & {"block", "effectblock"}),
        is_pair="pair" in words,
        takes_effects=bool(words & {"effect", "effectblock", "reaction"}),
        starts_effects="reaction" in words,
        parameter=parameter or "Item",
    )


@dataclass(frozen=True, slots=True)
class Family:
    """The functions of one module, in order of declaration, under a title for the documentation."""

    title: str
    is_foldable: bool = False
    functions: list[Function] = field(default_factory=list)

    def define(
        self,
        names: str,
        signature: str,
        result: Kind = ANY,
        *,
        doc: str = "",
        examples: Sequence[tuple[str, str]] = (),
        errors: str = "",
        result_rule: ResultRule = "",
        flags: Mapping[str, bool] | None = None,
    ) -> Callable[[_Declared], _Declared]:
        """Declare the decorated implementation. ``names`` is the name and its aliases, ``errors`` the names of the
        errors it raises, both separated by spaces; ``flags`` are the ``is_…`` fields of the function. Its docstring
        says what it does, unless ``doc`` does."""

        def declare(implementation: _Declared) -> _Declared:
            name, *aliases = names.split()
            options = {"is_foldable": self.is_foldable, **(flags or {})}
            self.functions.append(
                Function(
                    name,
                    self.title,
                    parse_signature(signature),
                    result,
                    doc or " ".join((implementation.__doc__ or "").split()),
                    implementation,
                    tuple(aliases),
                    tuple(Example(*example) for example in examples),
                    tuple(errors.split()),
                    result_rule,
                    **options,
                )
            )
            return implementation

        return declare


SPECIAL = {"is_special": True, "is_foldable": False}
EFFECT = {"is_effect": True, "is_foldable": False}
SPECIAL_EFFECT = {"is_special": True, "is_effect": True, "is_foldable": False}
REFUSED = {"is_special": True, "is_foldable": False, "is_refused_when_stored": True}
VARIABLE = {"is_foldable": False}
