"""What it takes to add a function of the product, an effect, a noun and a column: no file but those that declare it, compute it and try it.

The toys are added to a copy of the product; a file below ``toys`` is what would be added to the file of that name.
Documents that `make bless` writes, words for the reference and the migration that `make migration` writes are not counted.
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
NOUN_FILES_MAX = 6
NOUN_LINES_MAX = 150
COLUMN_FILES_MAX = 4  # with the migration five


def _copy(to: Path) -> None:
    shutil.copytree(ROOT / "src" / "tercel", to / "tercel", ignore=shutil.ignore_patterns("__pycache__"))


def _parts(toy: str) -> list[Path]:
    return [path for path in (TOYS / toy).rglob("*.part") if path.is_file()]


def _add(toy: str, copy: Path) -> None:
    for part in _parts(toy):
        path = copy / "tercel" / part.relative_to(TOYS / toy).with_suffix("")
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as file:
            file.write(part.read_text())


def _run(script: str, copy: Path, *arguments: str) -> Any:
    """Run a script with a copy of the product; what it tells."""
    ran = subprocess.run(
        [sys.executable, TOYS / script, *arguments],
        env={**os.environ, "PYTHONPATH": f"{copy}{os.pathsep}{ROOT}"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def _look_at(toy: str, copy: Path) -> Any:
    """Add a toy to a copy of the product, and tell what that knows of it."""
    _copy(copy)
    _add(toy, copy)
    return _run("look.py", copy, str(TOYS / toy))


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


def _life(**fields: str) -> list[Any]:
    """What ``use.py`` is answered: made, refused, changed, refused, listed, refused, read, deleted, gone."""
    return [
        201,
        {"name": "gold", "color": "green", **fields},
        "/name",
        "red",
        409,
        ["gold"],
        400,
        200,
        204,
        404,
    ]


def test_a_noun_takes_few_files(tmp_path: Path, database_url: str) -> None:
    assert _files("noun") <= NOUN_FILES_MAX
    assert sum(len(part.read_text().splitlines()) for part in _parts("noun")) <= NOUN_LINES_MAX
    _copy(tmp_path)
    _add("noun", tmp_path)
    assert _run("use.py", tmp_path, database_url) == _life()


def test_a_column_takes_few_files(tmp_path: Path, database_url: str) -> None:
    _copy(tmp_path)
    _add("noun", tmp_path)
    insertions = json.loads((TOYS / "column.json").read_text())
    for insertion in insertions:
        path = tmp_path / "tercel" / insertion["file"]
        before = path.read_text()
        assert before.count(insertion["after"]) == 1, insertion
        path.write_text(before.replace(insertion["after"], insertion["after"] + insertion["insert"]))
    assert len({insertion["file"] for insertion in insertions}) <= COLUMN_FILES_MAX
    assert _run("use.py", tmp_path, database_url) == _life(shape="square")
