"""What conditions tell once they have come to true or false.

Within the conditions of one rule nothing moves, so equal expressions have equal values (see ``identity``). The caller
makes sure of that: reactions to failed conditions must not change what conditions read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tercel.language.compiler.shapes import kind_of
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Literal, Node
from tercel.language.values.kinds import TIME
from tercel.rules.lint.proof.claims import Claim, claims_of, known_kind
from tercel.rules.lint.proof.effort import Effort
from tercel.rules.lint.proof.identity import Identity, identity
from tercel.rules.lint.proof.interval import Interval
from tercel.rules.lint.proof.known import Known

_FROM_ZERO = Known(numbers=Interval(low=Decimal(0)))
_RANGES = {
    "hour": range(24),
    "minute": range(60),
    "weekday": range(7),
    "monthDay": range(1, 32),
    "month": range(1, 13),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known at one place: of values, and which conditions hold. ``is_possible`` is False once two facts
    contradict each other: then the place is never reached. ``effort`` counts the work."""

    scope: Scope
    known: Mapping[Identity, Known] = field(default_factory=dict)
    truths: Mapping[Identity, bool] = field(default_factory=dict)
    is_possible: bool = True
    effort: Effort = field(default_factory=Effort, compare=False, repr=False)

    def about(self, node: Node) -> Known:
        """Return what is known of the value of an expression."""
        self.effort.spend()
        return self.known.get(self.effort.identity(node, self.scope)) or _at_first(node, self.scope)

    def truth_of(self, node: Node) -> bool | None:
        """Return the truth that a condition had before; None when it is not known."""
        self.effort.spend()
        return (
            self.truths.get(self.effort.identity(node, self.scope)) if self.effort.is_stable(node) else None
        )

    def with_claims(self, claims: Iterable[Claim], *, holds: bool) -> Facts:
        """Return the facts that hold once all claims hold, or once all are broken."""
        facts = self
        for claim in claims:
            facts = facts.with_known(claim.subject, claim.if_true if holds else claim.if_false)
        return facts

    def with_known(self, node: Node, known: Known) -> Facts:
        """Return the facts with more knowledge of one value."""
        if not self.effort.is_stable(node):
            return self
        self.effort.spend(len(self.known) // 16)  # they are copied
        together = self.about(node).meet(known)
        return replace(
            self,
            known={**self.known, self.effort.identity(node, self.scope): together},
            is_possible=self.is_possible and together.has_value,
        )

    def with_truth(self, node: Node, holds: bool) -> Facts:
        """Return the facts with the truth of a condition, even of one that is not understood."""
        self.effort.spend()
        if isinstance(node, Literal) or not self.effort.is_stable(node):
            return self
        key = self.effort.identity(node, self.scope)
        if self.truths.get(key, holds) is not holds:
            return replace(self, is_possible=False)
        return replace(self, truths={**self.truths, key: holds})


def assume(facts: Facts, node: Node, holds: bool = True) -> Facts:
    """Return the facts that follow when a condition is true, or false, and has not failed."""
    if not facts.is_possible:
        return facts
    match node:
        case Literal(value=value):
            is_so = constant_truth(value) is holds
            return facts if is_so else replace(facts, is_possible=False)
        case Call():
            return _assume_call(facts.with_truth(node, holds), node, holds)
    return facts.with_truth(node, holds)


def _assume_call(facts: Facts, call: Call, holds: bool) -> Facts:
    match call.name, call.arguments:
        case "and" | "or", arguments:
            if (call.name == "and") is holds or len(arguments) == 1:
                for argument in arguments:
                    facts = assume(facts, argument, holds)
            return facts
        case "not", (inner,):
            return assume(facts, inner, not holds)
        case "catch", (Literal(value=bool() as default), inner):
            return facts if default is holds else assume(facts, inner, holds)
        case "onFailure", (inner, *_):
            return assume(facts, inner) if holds else facts
        case "isSet", (inner,):
            return facts.with_known(inner, Known(is_present=True)) if holds else facts
    claims = claims_of(call)
    return facts.with_claims(claims, holds=holds) if holds or len(claims) == 1 else facts


def constant_truth(value: object) -> bool | None:
    """Return the truth of a constant as a condition; None when it makes the condition fail."""
    if isinstance(value, bool):
        return value
    return True if isinstance(value, list | dict) else None


def _at_first(node: Node, scope: Scope) -> Known:
    """Return what an expression itself tells of its value, before any condition."""
    known = known_kind(kind_of(node, scope))
    if identity(node, scope) == identity(Call("now", ()), scope):
        return replace(known, kinds=frozenset({TIME}), is_present=True, is_instant=True)
    if isinstance(node, Call) and node.name in {"count", "countIf", "length"}:
        return known.meet(_FROM_ZERO)
    if isinstance(node, Call) and node.name in _RANGES:
        return replace(known, choices=(tuple(map(Decimal, _RANGES[node.name])),))
    return known
