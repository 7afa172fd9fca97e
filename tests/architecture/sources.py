"""The project's files, read once."""

import ast
import subprocess
from functools import cache
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
#: Written once by Alembic and then never changed, so the habits for code that is read and changed do not apply.
_GENERATED = "src/tercel/database/migrations/versions/"


class Module(msgspec.Struct, frozen=True):
    """One Python file."""

    path: str
    text: str
    tree: ast.Module

    @property
    def line_count(self) -> int:
        return len(self.text.splitlines())


@cache
def modules(directory: str) -> list[Module]:
    """The hand-written Python files below a directory of the project."""
    found = []
    for path in sorted((ROOT / directory).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(_GENERATED):
            text = path.read_text(encoding="utf-8")
            found.append(Module(name, text, ast.parse(text)))
    return found


@cache
def tracked_texts() -> dict[str, str]:
    """Every text file that git knows or would add, by its path."""
    command = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    texts = {}
    for name in filter(None, names):
        try:
            texts[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return texts
