"""Regular expressions in the RE2 dialect: linear time, so that no pattern can stop an evaluation."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

from tercel.language.errors import RegexError

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 20


@lru_cache(maxsize=1_024)
def compile_pattern(pattern: str) -> Any:
    """Compile a pattern, or return it from the cache.

    Raises:
        RegexError: not a pattern of RE2, or one that would need too much memory.
    """
    try:
        return re2.compile(pattern, _OPTIONS)
    except (re2.error, UnicodeEncodeError) as error:
        raise RegexError(f"`{pattern[:100]}` is no regular expression of RE2: {error}") from None


def finds(compiled: Any, text: str) -> bool:
    """Tell whether a compiled pattern occurs anywhere in the text.

    Raises:
        RegexError: the text holds half a character.
    """
    try:
        return compiled.search(text) is not None
    except UnicodeEncodeError as error:
        raise RegexError(f"the text cannot be searched: {error.reason}") from None
