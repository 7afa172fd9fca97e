"""Copies of the working tree: faults are put into a copy, never into the tree itself."""

from __future__ import annotations

import compileall
import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from py_compile import PycInvalidationMode

from tests.architecture.sources import ROOT

#: Where everything is kept between runs; git ignores it.
CACHE = ROOT / ".mutants"


def digest(content: bytes | str) -> str:
    """A short name for a content."""
    data = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()[:16]


def copy_tree(target: Path) -> Path:
    """Make ``target`` hold what git knows of the working tree, or would add; what did not change is left alone.

    Compiled modules are checked by content: two versions of a file within one second must not be taken for each other.
    """
    names = _names()
    for name in names:
        source, copy = ROOT / name, target / name
        if source.is_file() and not (copy.is_file() and copy.read_bytes() == source.read_bytes()):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    _remove_others(target, names)
    for directory in ("src", "tests", "benchmarks"):
        compileall.compile_dir(
            target / directory, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH, workers=1
        )
    return target


def environment(tree: Path) -> dict[str, str]:
    """The environment of a process that shall import the project from a copy."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(tree / "src"), str(tree))),
        "PYTHONHASHSEED": "0",
    }


def _names() -> set[str]:
    command = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {name for name in listed.split("\0") if name and (ROOT / name).is_file()}


def _remove_others(target: Path, names: set[str]) -> None:
    """Remove modules that are gone from the tree: a test of yesterday must not run."""
    for path in target.rglob("*.py"):
        if path.relative_to(target).as_posix() not in names:
            path.unlink()
