"""Fetching the peers, each into a directory of its own, by the package managers of their languages."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from benchmarks.peers.catalogue import Package, Peer

DRIVERS = Path(__file__).parent / "drivers"
_INSTALL_SECONDS = 900
_STAMP = "installed.json"


class PeerError(Exception):
    """A peer cannot be fetched or does not run; the message says why, and the others go on."""


def install(peer: Peer, cache: Path) -> str:
    """Fetch a peer unless it is there already; the version that is there.

    Raises:
        PeerError: what failed and what it said.
    """
    if peer.package is None:
        return ""
    home = cache / peer.package.directory
    wanted = json.dumps([*peer.package.requirements, peer.package.overrides])
    stamp = home / _STAMP
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        (_install_for_node if peer.runtime == "node" else _install_for_python)(peer.package, home)
        stamp.write_text(wanted, encoding="utf-8")
    if peer.runtime == "java":
        return _compile(home)
    return _pinned(peer.package.requirements[0])


def python_of(home: Path) -> Path:
    """Return the interpreter of a peer's environment."""
    return home / "venv" / "bin" / "python"


def class_path(home: Path) -> str:
    """Return the path on which Java finds Drools and our driver."""
    return f"{_jar(home)}:{home / 'classes'}"


def _install_for_python(package: Package, home: Path) -> None:
    _run([sys.executable, "-m", "venv", str(home / "venv")], home)
    _run([str(python_of(home)), "-m", "pip", "install", "--quiet", *package.requirements], home)


def _install_for_node(package: Package, home: Path) -> None:
    dependencies = dict(requirement.rsplit("@", 1) for requirement in package.requirements)
    content = {"private": True, "dependencies": dependencies, "overrides": package.overrides}
    (home / "package.json").write_text(json.dumps(content), encoding="utf-8")
    _run([_program("npm"), "install", "--legacy-peer-deps", "--no-audit", "--no-fund", "--silent"], home)


def _compile(home: Path) -> str:
    """Compile the driver against the engine; the version of the engine."""
    classes = home / "classes"
    classes.mkdir(exist_ok=True)
    jar = _jar(home)
    _run([_program("javac"), "-cp", str(jar), "-d", str(classes), str(DRIVERS / "DroolsDriver.java")], home)
    with ZipFile(jar) as archive:
        properties = archive.read("META-INF/maven/org.drools/drools-core/pom.properties").decode()
    return dict(line.split("=", 1) for line in properties.splitlines() if "=" in line)["version"]


def _jar(home: Path) -> Path:
    found = sorted(home.glob("venv/lib/python3*/site-packages/drools/jars/*.jar"))
    if not found:
        raise PeerError("its package holds no jar")
    return found[0]


def _pinned(requirement: str) -> str:
    return requirement.replace("==", "@").rsplit("@", 1)[1]


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise PeerError(f"`{name}` is not installed")
    return found


def _run(command: list[str], directory: Path) -> None:
    try:
        result = subprocess.run(
            command, cwd=directory, check=False, capture_output=True, text=True, timeout=_INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"`{Path(command[0]).name}` took more than {_INSTALL_SECONDS} s") from error
    if result.returncode:
        said = (result.stderr or result.stdout).strip().splitlines()
        raise PeerError(f"`{Path(command[0]).name}` failed: {' '.join(said[-3:])[-400:]}")
