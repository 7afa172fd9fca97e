"""Places for services: homes of their own, and a full disk where this machine allows one."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.service import Service, ended


@pytest.fixture(scope="module")
def home(open_directory: Path) -> Path:
    """A home of its own for the services of a module."""
    directory = Path(tempfile.mkdtemp(dir=open_directory))
    directory.chmod(0o755)
    return directory


@pytest.fixture(scope="module")
def log(open_directory: Path) -> Path:
    """Where the services of a module write their log."""
    return Path(tempfile.mkdtemp(dir=open_directory)) / "service.log"


@pytest.fixture(scope="module")
def service(home: Path, log: Path) -> Iterator[Service]:
    """Two workers over an embedded database that keeps everything, as in production."""
    with ended(Service(log, HOME=str(home), WORKERS="2", LOG_LEVEL="warning")) as started:
        started.start()
        yield started
