"""Templates of payloads, URLs and headers: texts with placeholders such as ``${$name}`` (behaviour/evaluation 11).

The older form ``${name}`` means the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from tercel.base.codec import encode
from tercel.base.limits import STRING_LENGTH_MAX
from tercel.language.errors import RangeError

_PLACEHOLDER = re.compile(r"\$\{\$?([^}]*)\}")
_ESCAPED = re.compile(r"\\.", re.DOTALL)

#: The plain value of a placeholder, as JSON data.
Lookup = Callable[[str], Any]


def placeholders(template: str) -> Iterator[str]:
    """Return the names in a template, in order."""
    return (match[1] for match in _PLACEHOLDER.finditer(template, 0, _last_end(template)))


def fill_text(template: str, look_up: Lookup) -> str:
    """Fill a template as text: texts as they are, other values as JSON.

    Raises:
        RangeError: the result is too long.
    """
    return _fill(template, lambda name: _as_text(look_up(name)))


def fill_url(template: str, look_up: Lookup) -> str:
    """Fill a template as URL; values are quoted, so none can add a part to it.

    Raises:
        RangeError: the result is too long.
    """
    return _fill(template, lambda name: quote(_as_text(look_up(name)), safe=""))


def fill_json(template: str, look_up: Lookup) -> str:
    """Fill a JSON template: inside a text as text, elsewhere as JSON.

    Raises:
        RangeError: the result is too long.
    """
    is_in_text = False

    def write(name: str, before: str) -> str:
        nonlocal is_in_text
        if _ESCAPED.sub("", before).count('"') % 2:
            is_in_text = not is_in_text
        value = look_up(name)
        return encode(_as_text(value))[1:-1].decode() if is_in_text else encode(value).decode()

    return _join(template, write)


def fill_payload(template: str, look_up: Lookup) -> str:
    """Fill the body of a request: as JSON when it begins like JSON, else as text.

    Raises:
        RangeError: the result is too long.
    """
    is_json = template.lstrip()[:1] in ("{", "[", '"')
    return fill_json(template, look_up) if is_json else fill_text(template, look_up)


def _fill(template: str, write: Callable[[str], str]) -> str:
    return _join(template, lambda name, _: write(name))


def _join(template: str, write: Callable[[str, str], str]) -> str:
    """Replace each placeholder by the result of ``write``, which gets its name and the text since the previous one."""
    end = _last_end(template)
    pieces = _PLACEHOLDER.split(template[:end])
    pieces[-1] += template[end:]
    length = sum(map(len, pieces[::2]))
    for index in range(1, len(pieces), 2):
        pieces[index] = write(pieces[index], pieces[index - 1])
        length += len(pieces[index])
        if length > STRING_LENGTH_MAX:
            raise RangeError(f"a filled template has at most {STRING_LENGTH_MAX} characters")
    return "".join(pieces)


def _last_end(template: str) -> int:
    """Return an upper bound of the end of the last placeholder.

    Because: beyond it the expression would search again from each beginning of a placeholder.
    """
    return template.rfind("}") + 1


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else encode(value).decode()
