"""What it takes to add a function of the product, and an effect: no file but those that declare it, compute it and try it.

The toys are added to a copy of the product; a file below ``toys`` is what somebody would add to the file of that name.
Documents that `make bless` writes are not counted.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.architecture.sources import ROOT

TOYS = Path(__file__).parent / "toys"
FILES_MAX = 4


def _look_at(toy: str, copy: Path) -> dict[str, Any]:
    """Add a toy to a copy of the product, and tell what that knows of it."""
    shutil.copytree(ROOT / "src" / "tercel", copy / "tercel", ignore=shutil.ignore_patterns("__pycache__"))
    for part in (TOYS / toy).rglob("*.part"):
        with (copy / "tercel" / part.relative_to(TOYS / toy).with_suffix("")).open("a") as file:
            file.write(part.read_text())
    looked = subprocess.run(
        [sys.executable, TOYS / "look.py", TOYS / toy],
        env={**os.environ, "PYTHONPATH": str(copy)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert looked.returncode == 0, looked.stderr
    found: dict[str, Any] = json.loads(looked.stdout)
    return found


def _files(toy: str) -> int:
    return sum(path.is_file() for path in (TOYS / toy).rglob("*"))


def test_a_function_takes_few_files(tmp_path: Path) -> None:
    assert _files("function") <= FILES_MAX
    assert _look_at("function", tmp_path) == {
        "differences": [],
        "sentence": "the customer has joined “gold”",
        "is_documented": True,
        "block": "checkMember",
        "returns": [True, True],
        "unknown": ["unknownReference"] * 3,
        "words": ["type"],
        "gift": "None",
        "is_effect": False,
    }


def test_an_effect_takes_few_files(tmp_path: Path) -> None:
    assert _files("effect") <= FILES_MAX
    assert _look_at("effect", tmp_path) == {
        "differences": [],
        "sentence": "ring the bell 3 times (partial true)",
        "is_documented": True,
        "block": "awardRing",
        "returns": [True, True],
        "unknown": [],
        "words": ["type"],
        "gift": "3",
        "is_effect": True,
    }
