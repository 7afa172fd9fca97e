"""How a function of the language is declared: once, with everything that its readers need to know about it.

The reader asks where blocks stand, the checker counts arguments and compares kinds, the compiler takes the
implementation, the printer its phrases, the linter what it gives away, the Rule Builder its block, and the documentation
is printed from the same declaration. ``functions/<family>.py`` declares; ``catalogue_all`` gathers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypedDict, TypeVar, Unpack

from tercel.language.catalogue.budgets import Budget
from tercel.language.catalogue.signature import Argument, parse_signature
from tercel.language.running.hosted import Implementation, hosted
from tercel.language.values.kinds import ANY, BOOLEAN, Kind

_Declared = TypeVar("_Declared", bound=Implementation)


class Example(NamedTuple):
    """An expression as JSON text and the value it has, as JSON text."""

    expression: str
    value: str


class Gift(NamedTuple):
    """What an effect gives away: the budget that pays for it, and the names of the arguments that hold the amount and
    the items, empty where there are none."""

    budget: Budget
    amount: str = ""
    items: str = ""


#: How the result's shape follows from the arguments: ``like 0`` is that of argument 0, ``element 0`` that of its
#: elements, ``join 1`` that of all arguments from 1 on if they agree, ``body 1`` that of a block's body, ``map 1`` a list
#: of that, ``items`` a list of cart items; empty means ``Function.result``.
ResultRule = str


@dataclass(frozen=True, slots=True)
class Function:
    """A function or special form of the language.

    ``implementation`` takes ``(run, *values)``. That of a special form takes ``(site, *compiled)`` and returns the
    compiled call. ``is_foldable`` says that equal arguments give equal values in every run, ``is_hosted`` that the host
    computes it. ``phrases`` are how a call reads in English: ``{0}`` is the first argument; of several the one for the
    number of arguments is taken; those of conditions have their negation after a bar. ``literals`` read the texts of
    arguments that must make sense, by name. ``blocks`` are how a call looks in the Rule Builder
    (see ``rules.blocks.families.declared``).
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
    is_hosted: bool = False
    phrases: tuple[str, ...] = ()
    literals: Mapping[str, Callable[[str], object]] = field(default_factory=dict)
    gives: Gift | None = None
    blocks: tuple[str, ...] = ()

    @property
    def is_condition(self) -> bool:
        """Whether a call asks a question that can be put in words."""
        return self.result is BOOLEAN and bool(self.phrases)

    def index_of(self, name: str) -> int:
        """Return the index of the argument of that name."""
        return [argument.name for argument in self.arguments].index(name)

    @property
    def arity_min(self) -> int:
        """The fewest arguments."""
        return sum(not argument.is_optional for argument in self.arguments)

    @property
    def arity_max(self) -> int | None:
        """The most arguments; None when the last one may be repeated."""
        return None if self.arguments and self.arguments[-1].is_repeated else len(self.arguments)

    def argument_at(self, index: int) -> Argument | None:
        """Return the parameter that takes the argument at an index; None when there are not that many."""
        if index < len(self.arguments):
            return self.arguments[index]
        if self.arguments and self.arguments[-1].is_repeated:
            return self.arguments[-1]
        return None

    def accepts(self, count: int) -> bool:
        """Tell whether the function takes that many arguments."""
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


class Facts(TypedDict, total=False):
    """What else a declaration tells, as the fields of ``Function``; ``errors`` are names separated by spaces, ``flags``
    the ``is_…`` fields. One phrase or block stands without a tuple."""

    doc: str
    examples: Sequence[tuple[str, str]]
    errors: str
    result_rule: ResultRule
    flags: Mapping[str, bool]
    phrases: str | tuple[str, ...]
    literals: Mapping[str, Callable[[str], object]]
    gives: Gift
    blocks: str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """The functions of one module, in order of declaration, under a title for the documentation."""

    title: str
    is_foldable: bool = False
    functions: list[Function] = field(default_factory=list)

    def define(
        self, names: str, signature: str, result: Kind = ANY, **facts: Unpack[Facts]
    ) -> Callable[[_Declared], _Declared]:
        """Declare the decorated implementation. ``names`` is the name and its aliases, separated by spaces. Its docstring
        says what it does, unless ``doc`` does."""

        def declare(implementation: _Declared) -> _Declared:
            name, *aliases = names.split()
            options = {"is_foldable": self.is_foldable, **facts.get("flags", {})}
            self.functions.append(
                Function(
                    name,
                    self.title,
                    parse_signature(signature),
                    result,
                    facts.get("doc") or " ".join((implementation.__doc__ or "").split()),
                    implementation,
                    tuple(aliases),
                    tuple(Example(*example) for example in facts.get("examples", ())),
                    tuple(facts.get("errors", "").split()),
                    facts.get("result_rule", ""),
                    phrases=_several(facts.get("phrases", ())),
                    literals=facts.get("literals", {}),
                    gives=facts.get("gives"),
                    blocks=_several(facts.get("blocks", ())),
                    **options,
                )
            )
            return implementation

        return declare

    def hosted(
        self, names: str, signature: str, result: Kind = ANY, **facts: Unpack[Facts]
    ) -> Implementation:
        """Declare a function that the product computes: the method of the host with its name in snake case, called with
        the values of its arguments. What is left out has its default there."""
        facts["flags"] = {**facts.get("flags", {}), "is_foldable": False, "is_hosted": True}
        return self.define(names, signature, result, **facts)(hosted(names.split(maxsplit=1)[0]))


def _several(texts: str | tuple[str, ...]) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else texts


SPECIAL = {"is_special": True, "is_foldable": False}
EFFECT = {"is_effect": True, "is_foldable": False}
SPECIAL_EFFECT = {"is_special": True, "is_effect": True, "is_foldable": False}
REFUSED = {"is_special": True, "is_foldable": False, "is_refused_when_stored": True}
VARIABLE = {"is_foldable": False}
