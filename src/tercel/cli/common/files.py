"""Reading the files that a command is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from tercel.base.codec import decode_any
from tercel.base.errors import InvalidError


def read_json(file: Path) -> Any:
    """Return the data of a JSON file.

    Raises:
        InvalidError: there is no such file, it cannot be read, or it is no JSON.
    """
    try:
        return decode_any(file.read_bytes())
    except OSError as error:
        raise InvalidError(message=f"`{file}` cannot be read: {error.strerror}") from None
    except msgspec.DecodeError as error:
        raise InvalidError(message=f"`{file}` is no JSON: {error}") from None
