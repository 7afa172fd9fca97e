"""What the product's functions share: the host, options, and names with a fixed set of values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tercel.language.blocks import BoundBlock
from tercel.language.errors import NotAvailableError, TypeMismatchError
from tercel.language.host import Host
from tercel.language.kinds import Kind
from tercel.language.run import Run
from tercel.language.values import expect
from tercel.language.words import PROFILES

_NUMBER, _MAP = frozenset({Kind.NUMBER}), frozenset({Kind.MAP})


def host_of(run: Run) -> Host:
    """The product behind the run.

    Raises:
        NotAvailableError: the expression runs outside an evaluation.
    """
    if run.host is None:
        raise NotAvailableError("this function needs an evaluation")
    return run.host


def one_of_words(value: str, words: Iterable[str], name: str) -> str:
    """The word, if it is one of those known.

    Raises:
        TypeMismatchError: another word.
    """
    known = tuple(words)
    if value not in known:
        listed = ", ".join(f"`{word}`" for word in known)
        raise TypeMismatchError(f"`{value[:100]}` is no {name}; use one of {listed}")
    return value


def profile_word(value: str) -> str:
    """``Current`` or ``Advocate``."""
    return one_of_words(value, PROFILES, "profile")


def numbers_of(block: BoundBlock) -> Callable[[Any], Any]:
    """The block as a function that gives numbers and refuses everything else."""
    check = expect(_NUMBER, "amount")
    return lambda value: check(block(value))


def maps_of(block: BoundBlock) -> Callable[[Any], Any]:
    """The block as a function that gives maps and refuses everything else."""
    check = expect(_MAP, "parameters")
    return lambda value: check(block(value))
