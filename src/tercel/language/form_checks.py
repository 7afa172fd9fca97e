"""The checks that belong to single functions: patterns, bundles, defaults, reactions, fixed words."""

from __future__ import annotations

from collections.abc import Callable

from tercel.language import errors
from tercel.language.errors import TalangError
from tercel.language.findings import Finding
from tercel.language.kinds import ANY
from tercel.language.patterns import compile_pattern
from tercel.language.periods import parse_period
from tercel.language.scope import Scope
from tercel.language.shapes import kind_of
from tercel.language.tree import Call, Literal, Node
from tercel.language.words import BALANCES, NOTIFICATION_TYPES, OPERATORS, PROFILES

_ERROR_NAMES = {
    value.name
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, TalangError)
} - {"error"}

#: The argument of each function that takes one of a fixed set of words.
_WORDS: dict[str, tuple[int, tuple[str, ...]]] = {
    "isAudienceMember": (0, PROFILES),
    "audienceJustJoined": (0, PROFILES),
    "audienceJustLeft": (0, PROFILES),
    "addToAudience": (1, PROFILES),
    "removeFromAudience": (1, PROFILES),
    "awardGiveaway": (1, PROFILES),
    "loyaltyBalance": (2, BALANCES),
    "cardBalance": (2, BALANCES),
    "updateAttribute": (2, OPERATORS),
    "updateItemAttribute": (3, OPERATORS),
    "showNotification": (0, NOTIFICATION_TYPES),
}


def check_form(call: Call, scope: Scope) -> list[Finding]:
    """What is wrong with the form of a call beyond the number and kinds of its arguments."""
    findings = _check_word(call)
    specific = _CHECKS.get(call.name)
    return findings if specific is None else findings + specific(call, scope)


def _check_word(call: Call) -> list[Finding]:
    index, words = _WORDS.get(call.name, (0, ()))
    if not words or index >= len(call.arguments):
        return []
    node = call.arguments[index]
    if not isinstance(node, Literal) or not isinstance(node.value, str) or node.value in words:
        return []
    listed = ", ".join(f"`{word}`" for word in words)
    return [Finding(node.at, "type", f"`{node.value[:100]}` is not one of {listed}")]


def _check_pattern(call: Call, _scope: Scope) -> list[Finding]:
    return _try(call.arguments[:1], compile_pattern)


def _check_period(index: int) -> Callable[[Call, Scope], list[Finding]]:
    return lambda call, _scope: _try(call.arguments[index : index + 1], parse_period)


def _try(nodes: tuple[Node, ...], parse: Callable[[str], object]) -> list[Finding]:
    for node in nodes:
        if isinstance(node, Literal) and isinstance(node.value, str):
            try:
                parse(node.value)
            except TalangError as error:
                return [Finding(node.at, error.name, str(error))]
    return []


def _check_default(call: Call, scope: Scope) -> list[Finding]:
    if len(call.arguments) != 2 or not isinstance(call.arguments[0], Literal):
        return []
    default, expression = call.arguments
    wanted, found = kind_of(default, scope), kind_of(expression, scope)
    if ANY in {wanted, found} or wanted is found:
        return []
    return [Finding(default.at, "type", f"the default is a {wanted}, the value a {found}")]


def _check_bundle(call: Call, _scope: Scope) -> list[Finding]:
    findings = []
    names = [node.name if isinstance(node, Call) else "" for node in call.arguments[1:]]
    for node, name in zip(call.arguments[1:], names, strict=True):
        if name not in {"part", "bundleBy"}:
            findings.append(
                Finding(node.at, "bundle", "a bundle has parts and at most one `bundleBy`, nothing else")
            )
    if "part" not in names or names.count("bundleBy") > 1:
        findings.append(
            Finding(call.at, "bundle", "a bundle has at least one part and at most one `bundleBy`")
        )
    return findings


def _check_reactions(call: Call, _scope: Scope) -> list[Finding]:
    written = call.arguments[0] if call.arguments else None
    if not isinstance(written, Call) or written.name != "kv":
        return [Finding(call.at, "type", "the first argument of `onError` is written as `kv`")]
    return [
        Finding(key.at, "unknownError", f"there is no error `{key.value}`")
        for key in written.arguments[::2]
        if isinstance(key, Literal) and key.value not in _ERROR_NAMES
    ]


_CHECKS: dict[str, Callable[[Call, Scope], list[Finding]]] = {
    "~": _check_pattern,
    "addPeriod": _check_period(1),
    "extendLoyaltyPointsExpiryDate": _check_period(2),
    ".|": _check_default,
    "bundle": _check_bundle,
    "onError": _check_reactions,
}
