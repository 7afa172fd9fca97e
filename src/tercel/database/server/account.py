"""The operating system account that runs PostgreSQL, which refuses to run as root.

An ordinary user runs the server under its own name. Root hands it to the owner of the existing data directory, else to
``postgres``, else to a system account ``tercel`` that is created once; where accounts cannot be created, to ``nobody``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec

from tercel.database.server.errors import EmbeddedDatabaseError

_OWN_ACCOUNT = "tercel"
_SHARED_ACCOUNT = "postgres"


class Account(msgspec.Struct, frozen=True):
    """Who runs the server, and whether this process must change to it."""

    name: str
    uid: int
    gid: int
    is_other: bool

    def popen_options(self) -> dict[str, Any]:
        """Arguments for ``subprocess`` that run a program as this account, closed off from ours."""
        options: dict[str, Any] = {"stdin": subprocess.DEVNULL, "umask": 0o077, "start_new_session": True}
        if self.is_other:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def can_reach(self, path: Path) -> bool:
        """Tell whether this account may read and traverse ``path`` and everything above it."""
        if not self.is_other:
            return os.access(path, os.R_OK | os.X_OK)
        test = ["/usr/bin/test", "-r", str(path), "-a", "-x", str(path)]
        return subprocess.run(test, cwd="/", check=False, **self.popen_options()).returncode == 0

    def make_private_directory(self, path: Path) -> None:
        """Create a directory for this account only, if it does not exist."""
        if not path.exists():
            path.mkdir(mode=0o700)
            if self.is_other:
                os.chown(path, self.uid, self.gid)


def choose_account(data: Path) -> Account:
    """Choose the account for a cluster whose data is, or will be, at ``data``.

    Raises:
        EmbeddedDatabaseError: the directory belongs to another user, and this process cannot act as that user.
    """
    owner = _owner(data)
    ours = os.geteuid()
    if ours != 0:
        if owner not in (None, ours):
            raise EmbeddedDatabaseError(
                f"the database in `{data}` belongs to the user `{_name(owner)}`: run tercel as that user or choose"
                " another `TERCEL_HOME`"
            )
        return _account(ours, is_other=False)
    if owner:
        return _account(owner, is_other=True)
    return _account(_unprivileged(), is_other=True)


def _owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as error:
        raise EmbeddedDatabaseError(
            f"`{path}` cannot be read: run tercel as its owner or choose another `TERCEL_HOME`"
        ) from error


def _name(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid or 0).pw_name
    except KeyError:
        return str(uid)


def _account(uid: int, *, is_other: bool) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        # Because: initdb looks its user up; an unnamed one (an arbitrary uid of a container) cannot create a cluster.
        raise EmbeddedDatabaseError(
            f"the user id {uid} has no name on this machine, and PostgreSQL needs one: add it to /etc/passwd or set"
            " `TERCEL_DATABASE_URL`"
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, is_other)


def _unprivileged() -> int:
    for name in (_SHARED_ACCOUNT, _OWN_ACCOUNT):
        if (uid := _find(name)) is not None:
            return uid
    useradd = shutil.which("useradd")
    if useradd:
        command = [useradd, "--system", "--no-create-home", "--home-dir", "/", "--shell", "/usr/sbin/nologin"]
        subprocess.run([*command, _OWN_ACCOUNT], check=False, capture_output=True)
    uid = _find(_OWN_ACCOUNT)
    uid = _find("nobody") if uid is None else uid
    if uid is None:
        raise EmbeddedDatabaseError(
            "PostgreSQL does not run as root and there is no account to run it: create a user `tercel`, or set"
            " `TERCEL_DATABASE_URL`"
        )
    return uid


def _find(name: str) -> int | None:
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        return None
