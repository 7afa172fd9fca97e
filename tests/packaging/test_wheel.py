"""The wheel holds the product and nothing else, and serves where nothing else is installed."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.packaging.first_hour import environment, follow, serving
from tests.support.ports import free_port

_VERSION = version("tercel")
_UV = shutil.which("uv") or str(ROOT / ".uv-bootstrap" / "bin" / "uv")


def _run(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment())
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("dist")
    _run(_UV, "build", "--quiet", "--wheel", "--out-dir", str(directory))
    [built] = directory.glob("*.whl")
    return built


@pytest.fixture
def installed(wheel: Path, open_directory: Path) -> Iterator[Path]:
    """The scripts of an environment that has the wheel with what it needs, and nothing else."""
    target, wanted = open_directory / "venv", open_directory / "versions.txt"
    _run(_UV, "venv", "--quiet", str(target))
    locked = ("--frozen", "--no-default-groups", "--no-emit-project", "--no-hashes")
    _run(_UV, "export", "--quiet", *locked, "--output-file", str(wanted))
    options = ("--quiet", "--python", str(target / "bin" / "python"), "--constraints", str(wanted))
    _run(_UV, "pip", "install", *options, str(wheel))
    yield target / "bin"
    shutil.rmtree(target)


def test_the_wheel_holds_the_product_only(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"tercel", f"tercel-{_VERSION}.dist-info"}
    assert wheel.name == f"tercel-{_VERSION}-py3-none-any.whl"
    words = ("bench", "demo", "load_client", "tests")
    assert [name for name in names if any(word in name for word in words)] == []
    missing = [
        path for path in (ROOT / "src").rglob("*.py") if str(path.relative_to(ROOT / "src")) not in set(names)
    ]
    assert missing == []


@pytest.mark.slow
def test_an_installed_wheel_serves(installed: Path, open_directory: Path) -> None:
    tercel, port = installed / "tercel", free_port()
    assert _run(str(tercel), "--version").strip().endswith(_VERSION)
    home = environment(TERCEL_HOME=str(open_directory / "installation"))
    command = [str(tercel), "serve", "--port", str(port)]
    with serving(command, port, open_directory / "log", home):
        named = f"env TERCEL_HOME={home['TERCEL_HOME']} {tercel}"
        assert "setDiscount" in follow(open_directory, named, port)
