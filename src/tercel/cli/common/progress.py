"""A bar that shows how far a long command is, if its output is a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

_console = Console(stderr=True, highlight=False)


@contextmanager
def showing_bytes(title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a number of bytes that grows; call what is given with the bytes of each step."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console, transient=True, disable=not _console.is_terminal) as progress:
        task = progress.add_task(title, total=total)
        yield lambda step: progress.advance(task, step)
