"""The server's configuration: written anew at each start, so that it follows the machine; the operator's file wins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

#: What holds on every machine; docs/postgresql.md says why.
_ALWAYS = {
    # Only a socket in a directory that only the server's account (and root) can enter.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # An answer means that what it changed is on the disk.
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "huge_pages": "try",
    "random_page_cost": "1.1",  # solid-state disks: a page elsewhere costs hardly more than the next one
    "jit": "off",  # short statements only: compiling one takes longer than running it
    "max_parallel_workers_per_gather": "0",  # a report must not take the cores that carts wait for
    # Rows of carts, customers and counters are updated all the time: clean up early, in small portions.
    "autovacuum": "on",
    "autovacuum_naptime": "15s",
    "autovacuum_vacuum_scale_factor": "0.05",
    "autovacuum_vacuum_insert_scale_factor": "0.1",
    "autovacuum_analyze_scale_factor": "0.02",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # One file per weekday, overwritten a week later: logs cannot fill the disk.
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # details of an error quote the row, with its codes and names
}


def render_configuration(options: Mapping[str, str], *, sockets: Path, logs: Path, operators: Path) -> str:
    """Write the text of the configuration file.

    ``options`` override those of every machine; the file ``operators``, if there is one, overrides all.
    """
    places = {"unix_socket_directories": str(sockets), "log_directory": str(logs)}
    lines = [f"{name} = {_quote(value)}" for name, value in {**_ALWAYS, **places, **options}.items()]
    return "\n".join([*lines, f"include_if_exists = {_quote(str(operators))}", ""])


def _quote(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
