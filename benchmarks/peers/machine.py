"""What the figures were taken on: the machine, how busy it was, and the versions of the languages."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psutil


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """A machine at the start of a run."""

    date: str
    processor: str
    cores: int
    gigabytes: int
    load: float
    versions: dict[str, str]

    @property
    def sentence(self) -> str:
        """One line for people."""
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        return (
            f"{self.date}, {self.processor}, {self.cores} cores, {self.gigabytes} GB, load {self.load:.1f} at the start;"
            f" {versions}"
        )


def look() -> Machine:
    """Describe the machine as it is now."""
    return Machine(
        date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        processor=_processor(),
        cores=psutil.cpu_count() or 1,
        gigabytes=round(psutil.virtual_memory().total / 2**30),
        load=psutil.getloadavg()[0],
        versions={
            "Python": platform.python_version(),
            "Node": _said("node", "--version"),
            "Java": _said("java", "-version"),
        },
    )


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"model name\s*: (.+)", text)
    return found.group(1) if found else platform.machine()


def _said(program: str, option: str) -> str:
    """Return the version that a program reports, or that it is absent."""
    if shutil.which(program) is None:
        return "absent"
    result = subprocess.run([program, option], check=False, capture_output=True, text=True)
    found = re.search(r"\d+(\.\d+)+", result.stdout + result.stderr)
    return found.group() if found else "unknown"
