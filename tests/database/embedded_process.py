"""A process that uses an embedded database, for tests that kill it: prints its address, then waits to be ended.

Run as ``python -m tests.database.embedded_process HOME [USER]``. The user is changed to after the imports, because a
Python installed in root's home is closed to others.
"""

import os
import pwd
import signal
import sys
from contextlib import suppress

import psycopg

from tercel.base.errors import TercelError
from tercel.database.embedded import running_database
from tercel.settings import load


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if len(sys.argv) > 2:
        _become(sys.argv[2])
    try:
        with running_database(load({"TERCEL_HOME": sys.argv[1]})) as dsn:
            print(dsn, flush=True)
            sys.stdin.read()
    except TercelError as error:
        print(error.message, flush=True)


def _become(name: str) -> None:
    with suppress(psycopg.OperationalError):  # whatever psycopg imports on its first use
        psycopg.connect("host=/nowhere")
    user = pwd.getpwnam(name)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)


if __name__ == "__main__":
    main()
