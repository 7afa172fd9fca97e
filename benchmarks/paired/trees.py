"""The source of another commit, beside this tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

ROOT = Path(__file__).parents[2]
_GIT = shutil.which("git") or "git"


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """Yield a directory with the tree of a commit, for the block.

    Raises:
        BadParameter: git knows no such commit.
    """
    known = subprocess.run(
        [_GIT, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}"],
        cwd=ROOT,
        check=False,
        capture_output=True,
    )
    if known.returncode:
        raise typer.BadParameter(f"git knows no commit `{commit}`")
    with tempfile.TemporaryDirectory(prefix="tercel-paired-") as directory:
        tree = Path(directory) / "tree"
        subprocess.run(
            [_GIT, "worktree", "add", "--quiet", "--detach", str(tree), commit], cwd=ROOT, check=True
        )
        try:
            yield tree
        finally:
            subprocess.run([_GIT, "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)


def environment_of(tree: Path) -> dict[str, str]:
    """Variables with which Python takes Tercel from a tree, and the benchmarks from this one."""
    return {"PYTHONPATH": os.pathsep.join([str(tree / "src"), str(ROOT)])}
