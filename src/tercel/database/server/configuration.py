"""The server's configuration: written anew at each start, sized from the memory this process may use."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

_MEGABYTE = 1024 * 1024
_BUFFERS_MAX_MB = 1024
_BUFFERS_MIN_MB = 32
_CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")


def render_configuration(sockets: Path, logs: Path, overrides: Mapping[str, str]) -> str:
    """The text of the configuration file; ``overrides`` win (tests switch durability off with them)."""
    memory = _memory_mb()
    options = {
        # Only a socket in a directory that nobody but the server's account (and root) can enter.
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{max(_BUFFERS_MIN_MB, min(memory // 4, _BUFFERS_MAX_MB))}MB",
        "effective_cache_size": f"{max(64, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{max(32, min(memory // 16, 256))}MB",
        "synchronous_commit": "on",
        "wal_compression": "on",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",  # Because: short statements only; compiling one takes longer than running it.
        "timezone": "UTC",
        "log_timezone": "UTC",
        # One file per weekday, overwritten a week later: logs cannot fill the disk.
        "logging_collector": "on",
        "log_directory": str(logs),
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_checkpoints": "off",
        **overrides,
    }
    return "".join(f"{name} = {_quote(value)}\n" for name, value in options.items())


def _quote(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _memory_mb() -> int:
    """Memory of the machine, or of the container when that is less."""
    memory = psutil.virtual_memory().total
    with suppress(OSError, ValueError):  # no such file, or no limit, which reads `max`
        memory = min(memory, int(_CONTAINER_LIMIT.read_text(encoding="ascii")))
    return int(memory) // _MEGABYTE
