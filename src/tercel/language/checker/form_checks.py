"""The checks of texts that functions declare, and those of single special forms: bundles, defaults, reactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tercel.language import errors
from tercel.language.catalogue.catalogue import Function
from tercel.language.catalogue.signature import Argument
from tercel.language.checker.findings import Finding
from tercel.language.compiler.shapes import kind_of
from tercel.language.errors import TalangError
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Literal
from tercel.language.values.kinds import ANY

_ERROR_NAMES = {
    value.name
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, TalangError)
} - {"error"}


def check_form(call: Call, function: Function, scope: Scope) -> list[Finding]:
    """Find what is wrong with the form of a call, beyond the number and kinds of its arguments."""
    findings: list[Finding] = []
    for index, node in enumerate(call.arguments):
        argument = function.argument_at(index)
        if argument is not None and isinstance(node, Literal) and isinstance(node.value, str):
            findings += _check_text(node.at, node.value, argument, function.literals.get(argument.name))
    specific = _CHECKS.get(call.name)
    return findings if specific is None else findings + specific(call, scope)


def _check_text(
    at: str, text: str, argument: Argument, read: Callable[[str], object] | None
) -> Iterator[Finding]:
    """Find what is wrong with a literal text: it is none of the argument's words, or the argument's reader refuses
    it."""
    if argument.words and text not in argument.words:
        yield Finding(at, "type", f"`{text[:100]}` is not one of {argument.word_list}")
    if read is not None:
        try:
            read(text)
        except TalangError as error:
            yield Finding(at, error.name, str(error))


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
    ".|": _check_default,
    "bundle": _check_bundle,
    "onError": _check_reactions,
}
