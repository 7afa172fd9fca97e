"""A container's limits count, wherever the kernel keeps them."""

from pathlib import Path

import pytest

from tercel.database.server.machine import core_limit, memory_limit, this_machine

_GIGABYTE = 1024**3


def _write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return root


@pytest.mark.parametrize(
    ("own", "files", "expected"),
    [
        pytest.param("0::/", {"memory.max": f"{_GIGABYTE}"}, _GIGABYTE, id="container"),
        pytest.param("0::/", {"memory.max": "max"}, None, id="container without a limit"),
        pytest.param(
            "0::/system.slice/tercel.service",
            {
                "system.slice/memory.max": f"{_GIGABYTE}",
                "system.slice/tercel.service/memory.max": f"{2 * _GIGABYTE}",
            },
            _GIGABYTE,
            id="the group around counts too",
        ),
        pytest.param(
            "4:memory:/docker/1234\n1:cpu:/docker/1234",
            {"memory/memory.limit_in_bytes": f"{_GIGABYTE}"},
            _GIGABYTE,
            id="version 1, path of the host",
        ),
        pytest.param("", {}, None, id="none"),
    ],
)
def test_the_memory_of_a_container(
    tmp_path: Path, own: str, files: dict[str, str], expected: int | None
) -> None:
    assert memory_limit(own, _write(tmp_path, files)) == expected


@pytest.mark.parametrize(
    ("own", "files", "expected"),
    [
        pytest.param("0::/", {"cpu.max": "200000 100000"}, 2, id="two cores"),
        pytest.param("0::/", {"cpu.max": "50000 100000"}, 1, id="half a core"),
        pytest.param("0::/", {"cpu.max": "max 100000"}, None, id="no limit"),
        pytest.param(
            "2:cpu,cpuacct:/",
            {"cpu,cpuacct/cpu.cfs_quota_us": "150000", "cpu,cpuacct/cpu.cfs_period_us": "100000"},
            2,
            id="version 1",
        ),
        pytest.param(
            "1:cpu:/",
            {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"},
            None,
            id="version 1 without a limit",
        ),
    ],
)
def test_the_cores_of_a_container(
    tmp_path: Path, own: str, files: dict[str, str], expected: int | None
) -> None:
    assert core_limit(own, _write(tmp_path, files)) == expected


def test_this_machine_has_something_of_everything(tmp_path: Path) -> None:
    machine = this_machine(tmp_path)
    assert machine.memory_mb > 0
    assert machine.cores > 0
    assert machine.disk_mb > 0
