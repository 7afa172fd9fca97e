"""Measures which test executes which line: one run under coverage for each directory of tests, with a context per test.

Kept below the cache, for each directory apart: the data of coverage, the time that each test took, and which version of
each file was measured. A directory is measured again when its tests change; sources may change meanwhile, see ``reach``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
from coverage import Coverage

from tests.architecture.sources import ROOT
from tests.mutants.tracing import NOTES_VARIABLE, TEST_VARIABLE
from tests.mutants.tree import CACHE, copy_tree, digest, environment

REACH = CACHE / "reach"
_TREE = CACHE / "trees" / "measured"
_SOURCES = "src/tercel"
#: They look at the sources as texts, or start nothing of ours.
_WITHOUT = {"architecture", "mutants", "support", "benchmarks"}
#: How pytest ends when it ran everything: all passed, some failed.
_ENDED = {0, 1}
# Greenlets: what stands behind SQLAlchemy's asyncio. The context of a process is that of the test which started it.
_CONFIGURATION = """[run]
core = ctrace
source = {sources}
data_file = {data}
concurrency = thread, greenlet, multiprocessing
parallel = true
context = ${{{variable}-}}
disable_warnings = no-data-collected, module-not-measured, module-not-imported
"""


class Measured(msgspec.Struct):
    """What is noted beside the lines: seconds of each test that passes, and the digests of files."""

    seconds: dict[str, float]
    failed: list[str]
    tests: str
    sources: dict[str, str]


def directories(without: Collection[str] = ()) -> list[str]:
    """The directories of tests that can reach a line, in order of name, except those left out."""
    tests = ROOT / "tests"
    found = [each.name for each in tests.iterdir() if each.is_dir() and any(each.rglob("test_*.py"))]
    return sorted(set(found) - _WITHOUT - set(without))


def measure(
    say: Callable[[str], None], *, anew: bool = False, without: Collection[str] = (), workers: int = 1
) -> None:
    """Measure the directories of tests that are new or changed, or all of them ``anew``, except those left out."""
    wanted = [
        name
        for name in directories(without)
        if anew or not (kept := load(name)) or kept.tests != version(ROOT / "tests" / name)
    ]
    if wanted:
        copy_tree(_TREE)
        _keep_sources()

    def measure_one(number: int, name: str) -> None:
        say(f"measuring which lines tests/{name} executes ({number} of {len(wanted)})")
        if trouble := _measure(name):
            say(f"tests/{name} is not measured: {trouble}")

    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(measure_one, *each) for each in enumerate(wanted, start=1)]:
            future.result()


def load(name: str) -> Measured | None:
    """What was measured of a directory."""
    path = REACH / name / "measured.json"
    return msgspec.json.decode(path.read_bytes(), type=Measured) if path.is_file() else None


def data_file(name: str) -> Path:
    """The lines that were measured of a directory."""
    return REACH / name / "lines.sqlite"


def text_of(version: str) -> str:
    """A source file as it was when it was measured."""
    return (CACHE / "sources" / version).read_text(encoding="utf-8")


def _measure(name: str) -> str:
    """Measure a directory; the answer says why that failed, and is empty when it did not."""
    place = REACH / name
    fresh = REACH / f"{name}.part"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    configuration, notes = fresh / "coveragerc", fresh / "notes.json"
    configuration.write_text(
        _CONFIGURATION.format(sources=_TREE / _SOURCES, data=fresh / "data", variable=TEST_VARIABLE)
    )
    tests = version(ROOT / "tests" / name)
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={configuration}", "-m", "pytest", "-q",
               "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "tests.mutants.tracing", f"tests/{name}"]  # fmt: skip
    variables = {"COVERAGE_PROCESS_START": str(configuration), NOTES_VARIABLE: str(notes), TEST_VARIABLE: ""}
    with (fresh / "output.txt").open("w") as output:
        status = subprocess.run(
            command, cwd=_TREE, env=environment(_TREE) | variables, check=False, stdout=output, stderr=output
        ).returncode
    if status not in _ENDED or not notes.is_file():
        # Because: half of a directory would pass for the whole of it, and its other tests would never be tried.
        return f"its run ended with {status}, see {fresh.name}/output.txt"
    combined = Coverage(data_file=str(fresh / "lines.sqlite"), config_file=str(configuration))
    combined.combine([str(path) for path in fresh.glob("data.*")], strict=True)
    combined.save()
    noted = json.loads(notes.read_text())
    measured = Measured(noted["seconds"], noted["failed"], tests, _source_versions())
    (fresh / "measured.json").write_bytes(msgspec.json.encode(measured))
    shutil.rmtree(place, ignore_errors=True)
    fresh.rename(place)
    return ""


def version(directory: Path) -> str:
    """The digest of a directory's tests and of all that they read beside them: cases, goldens, rules."""
    files = sorted(path for path in directory.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return digest("".join(f"{path.relative_to(directory)} {digest(path.read_bytes())}\n" for path in files))


def _source_versions() -> dict[str, str]:
    return {
        path.relative_to(_TREE).as_posix(): digest(path.read_bytes())
        for path in sorted((_TREE / _SOURCES).rglob("*.py"))
    }


def _keep_sources() -> None:
    kept = CACHE / "sources"
    kept.mkdir(parents=True, exist_ok=True)
    for path in (_TREE / _SOURCES).rglob("*.py"):
        content = path.read_bytes()
        (kept / digest(content)).write_bytes(content)
