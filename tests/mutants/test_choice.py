"""Which mutants are chosen, how they are known again, and which tests are tried."""

from pathlib import Path

import pytest

from tests.mutants.sample import all_mutants, choose
from tests.mutants.source import Source
from tests.mutants.test_mistakes import source_of
from tests.mutants.trial import within
from tests.mutants.uses import Uses

_CODE = """
def one(a, b):
    if a:
        return b
    return a < b


def two(a, b):
    return a and b
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "src/tercel/made_up"
    place.mkdir(parents=True)
    (place / "code.py").write_text(_CODE)
    return tmp_path


def _chosen(root: Path, **wishes: object) -> list[tuple[str, str]]:
    return [(mutant.place, mutant.key) for _, mutant in choose(root, **{"seed": 1, "count": 100, **wishes})]  # type: ignore[arg-type]


def test_one_of_each_function_unless_told_otherwise(project: Path) -> None:
    assert sorted(place for place, _ in _chosen(project)) == ["one", "two"]
    assert len(_chosen(project, per_place=2)) == 4
    assert len(_chosen(project, count=1)) == 1
    assert _chosen(project, package="elsewhere") == []
    assert _chosen(project, only_sql=True) == []


def test_the_seed_decides(project: Path) -> None:
    assert _chosen(project) == _chosen(project)
    assert len({tuple(_chosen(project, seed=seed)) for seed in range(10)}) > 1


def test_a_mutant_is_known_again_when_something_else_changes() -> None:
    before = {mutant.key for mutant in all_mutants(source_of(_CODE)) if mutant.place == "two"}
    after = {mutant.key for mutant in all_mutants(source_of("x = 1\n" + _CODE.replace("a < b", "a > b"))) if mutant.place == "two"}  # fmt: skip
    assert before
    assert before == after


def test_equal_mistakes_of_one_statement_are_two() -> None:
    keys = [
        mutant.key for mutant in all_mutants(source_of("x = f(1) + f(1)")) if mutant.operator == "constant"
    ]
    assert len(set(keys)) == 2


@pytest.mark.parametrize(
    ("name", "users"), [("LIMIT", {2, 5}), ("_DOUBLE", {5}), ("Thing", {9, 12}), ("unused", set())]
)
def test_uses_of_a_name_of_a_module(name: str, users: set[int]) -> None:
    text = """from tercel.limits import LIMIT
def one(): return LIMIT
_DOUBLE = 2 * LIMIT
def two():
    return _DOUBLE

class Thing:
    def three(self):
        return 3

def four(thing: Thing):
    return thing
"""
    limits = Source.read(Path(), "tests/mutants/__init__.py")
    limits = Source("src/tercel/limits.py", "LIMIT = 1", limits.tree)
    uses = Uses([limits, source_of(text)])
    place = "src/tercel/limits.py" if name == "LIMIT" else "src/tercel/made_up.py"
    assert {first for _, first, _ in uses.of(place, name)} == users


def test_a_budget_takes_the_nearest_and_what_still_fits() -> None:
    seconds = {"near": 2.0, "long": 9.0, "far": 1.0}
    assert within(["near", "long", "far"], seconds, 3.0) == ["near", "far"]
    assert within(["long", "near"], seconds, 3.0) == ["long"]
    assert within([], seconds, 3.0) == []
