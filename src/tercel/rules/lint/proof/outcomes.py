"""What computing a condition can come to, given what is known."""

from __future__ import annotations

from enum import StrEnum

from tercel.language.compiler.shapes import kind_of, parameter_shape
from tercel.language.functions.all import find_function
from tercel.language.tree import Call, Lambda, Literal, Node
from tercel.language.values.kinds import (
    ANY,
    BOOLEAN,
    LIST,
    MAP,
)
from tercel.rules.lint.proof.claims import claims_of
from tercel.rules.lint.proof.facts import Facts, assume, constant_truth


class Result(StrEnum):
    """What one computation of a condition comes to."""

    TRUE = "true"
    FALSE = "false"
    FAILED = "failed"


Outcomes = frozenset[Result]
TRUE, FALSE, FAILED = (frozenset({result}) for result in Result)
ANYTHING = TRUE | FALSE | FAILED

#: Conditions that never fail (behaviour/language 9).
_NEVER_FAIL = {"couponValid", "referralValid"}


def outcomes(facts: Facts, node: Node) -> Outcomes:
    """Return every outcome that a condition can have; no outcome at all when the place cannot be reached."""
    if not facts.is_possible:
        return frozenset()
    truth = facts.truth_of(node)
    if truth is not None:
        return _result(truth)
    match node:
        case Literal(value=value):
            return _result(constant_truth(value))
        case Call():
            return _of_call(facts, node)
    return _of_kind(facts, node)


def can_hold(facts: Facts, node: Node) -> bool:
    """Tell whether a condition may be true."""
    return outcomes(facts, node) >= TRUE and assume(facts, node).is_possible


def always_holds(facts: Facts, node: Node) -> bool:
    """Tell whether a condition that is reached is always true, and never fails."""
    return outcomes(facts, node) == TRUE


def inside(facts: Facts, call: Call, index: int) -> Facts:
    """Return the facts within a block that is an argument of a call, for any element: only the parameter's shape."""
    function, block = find_function(call.name), call.arguments[index]
    assert function is not None, "only known functions have blocks"
    assert isinstance(block, Lambda), "the caller has looked"
    shape = parameter_shape(call, function, index, facts.scope)
    return Facts(facts.scope.with_parameter(block.parameter, shape)[0], effort=facts.effort)


def _result(truth: bool | None) -> Outcomes:
    return FAILED if truth is None else TRUE if truth else FALSE


def _of_call(facts: Facts, call: Call) -> Outcomes:
    match call.name, call.arguments:
        case (("and" | "or"), arguments):
            return _until(facts, arguments, decisive=call.name == "or")
        case "not", (inner,):
            return _of_not(facts, inner)
        case "catch", (Literal(value=default), inner):
            return _of_catch(facts, _result(constant_truth(default)), inner)
        case "onFailure", (inner, *_):
            found = outcomes(facts, inner)
            return (found & TRUE) | (FALSE | FAILED if found - TRUE else frozenset())
        case "isSet", (inner,):
            return TRUE if facts.about(inner).is_present else ANYTHING
        case "exists", (_, Lambda(body=body)):
            return ANYTHING if can_hold(inside(facts, call, 1), body) else FALSE | FAILED
    return _of_comparison(facts, call)


def _until(facts: Facts, conditions: tuple[Node, ...], *, decisive: bool) -> Outcomes:
    """Conditions in order until one comes to what decides; each sees that the ones before did not."""
    found: Outcomes = frozenset()
    for condition in conditions:
        here = outcomes(facts, condition)
        found |= here & (FAILED | _result(decisive))
        facts = assume(facts, condition, not decisive)
        if not here & _result(not decisive) or not facts.is_possible:
            return found
    return found | _result(not decisive)


def _of_not(facts: Facts, inner: Node) -> Outcomes:
    found = outcomes(facts, inner)
    swapped = found & FAILED
    if found >= TRUE:
        swapped |= FALSE
    if found >= FALSE:
        swapped |= TRUE
    # Because: a list holds as a condition, but `not` takes booleans only.
    return swapped if kind_of(inner, facts.scope) is BOOLEAN else swapped | FAILED


def _of_catch(facts: Facts, default: Outcomes, inner: Node) -> Outcomes:
    found = outcomes(facts, inner)
    if not found >= FAILED:
        return found
    # Because: what is neither a boolean nor a list passes the catch, and makes the condition around it fail.
    is_truth = kind_of(inner, facts.scope) in {BOOLEAN, LIST, MAP}
    return (found - FAILED if is_truth else found) | default


def _of_comparison(facts: Facts, call: Call) -> Outcomes:
    claims = claims_of(call)
    if not claims:
        return TRUE | FALSE if call.name in _NEVER_FAIL else _of_kind(facts, call)
    before = [facts.about(claim.subject) for claim in claims]
    pairs = list(zip(claims, before, strict=True))
    found = frozenset() if all(claim.is_safe(known) for claim, known in pairs) else FAILED
    if facts.with_claims(claims, holds=True).is_possible:
        found |= TRUE
    if any(known.meet(claim.if_false).has_value for claim, known in pairs):
        found |= FALSE
    return found


def _of_kind(facts: Facts, node: Node) -> Outcomes:
    kind = kind_of(node, facts.scope)
    if kind in {BOOLEAN, ANY}:
        return ANYTHING
    return TRUE | FAILED if kind in {LIST, MAP} else FAILED
