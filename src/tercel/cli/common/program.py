"""What this program is called where it runs, so that the commands it tells of can be copied."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

_NAME = "tercel"


def program() -> str:
    """``tercel`` where the shell finds it; in a checkout its launcher; else the path it was started by."""
    started = Path(sys.argv[0])
    found = shutil.which(_NAME)
    if started.name != _NAME or (found and Path(found).absolute() == started.absolute()):
        return _NAME
    checkout = started.absolute().parents[2] if len(started.absolute().parents) > 2 else started.parent
    if (checkout / _NAME).is_file():
        return f"./{_NAME}" if checkout == Path.cwd() else str(checkout / _NAME)
    return str(started)


def as_called(text: str) -> str:
    """Rewrite the commands of a text, in backquotes, as they are to be typed here."""
    return text.replace(f"`{_NAME} ", f"`{program()} ")
