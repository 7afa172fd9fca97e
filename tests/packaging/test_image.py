"""The image is built and serves, as an account without rights, with its database in a volume.

Without a registry to ask, its base is made from Debian's packages; no daemon is needed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.architecture.sources import ROOT
from tests.packaging.first_hour import environment, follow, serving
from tests.support.ports import free_port

_PROGRAMS = ("buildah", "mmdebstrap")
_MISSING = [name for name in _PROGRAMS if shutil.which(name) is None]
_CERTIFICATES = "/etc/ssl/certs"
_ACCOUNT = "10001:10001"
_TERCEL = "/opt/tercel/bin/tercel"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("CI") and (bool(_MISSING) or os.geteuid() != 0),
        reason=f"needs root and Debian's {' and '.join(_PROGRAMS)}",
    ),
]


class Images:
    """Images and containers in a directory of their own."""

    def __init__(self, directory: Path) -> None:
        store = directory / "store"
        self.command = ["buildah", "--root", str(store), "--runroot", str(directory / "run")]
        self.command += ["--storage-driver", "vfs"]

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self.command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def inside(self, container: str) -> list[str]:
        """What runs a command in a container."""
        return [*self.command, "run", "--isolation", "chroot", "--user", _ACCOUNT, container, "--"]


@pytest.fixture
def images(tmp_path: Path) -> Iterator[Images]:
    opened = Images(tmp_path)
    yield opened
    opened.run("rm", "--all")
    opened.run("rmi", "--all", "--force")


@pytest.fixture
def container(images: Images, tmp_path: Path) -> str:
    """A container of the image that the Containerfile describes, over a base of Debian."""
    base = tmp_path / "base.tar"
    packages = "--include=python3-minimal,python3-venv,ca-certificates"
    done = subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=minbase", packages, "bookworm", str(base)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    scratch = images.run("from", "scratch")
    images.run("add", "--quiet", scratch, str(base), "/")
    images.run("commit", "--quiet", "--rm", scratch, "tercel-base")
    base.unlink()
    file = "deploy/container/Containerfile"
    trusted = (
        "--volume",
        f"{_CERTIFICATES}:{_CERTIFICATES}:ro",
    )  # those of this machine, as its proxy may need
    build = ("bud", "--quiet", "--isolation", "chroot", "--build-arg", "BASE=localhost/tercel-base")
    images.run(*build, *trusted, "--file", file, "--tag", "tercel", ".")
    return images.run("from", "localhost/tercel")


def test_the_image_serves(images: Images, container: str, tmp_path: Path) -> None:
    inside, port = images.inside(container), free_port()
    identity = subprocess.run([*inside, "id", "-u"], capture_output=True, text=True, check=True)
    assert identity.stdout.strip() == "10001"
    with serving([*inside, _TERCEL, "serve", "--port", str(port)], port, tmp_path / "log", environment()):
        assert "setDiscount" in follow(tmp_path, _beside(port), port)


def _beside(port: int) -> str:
    """What runs tercel in the container of the server at a port, as `podman exec` does."""
    server = next(
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if (process.info["cmdline"] or [])[-4:] == [_TERCEL, "serve", "--port", str(port)]
        and Path(f"/proc/{process.pid}/root").readlink() != Path("/")
    )
    account, group = _ACCOUNT.split(":")
    enter = f"nsenter --target {server} -m -p -u -i --root --wd -S {account} -G {group}"
    return f"{enter} env TERCEL_HOME=/data HOME=/data PATH=/usr/bin:/bin {_TERCEL}"
