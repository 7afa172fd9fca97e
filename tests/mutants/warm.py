"""A process that has imported what every run of tests imports, and runs pytest in a fork of itself, again and again.

Started as a script, so that nothing of the project itself is imported: each fork imports that from its copy of the tree. Reads
lines of JSON, ``{"tree": …, "output": …, "arguments": […]}``; answers with the number of the fork's process, and with
its exit status when it has ended.
"""

import importlib
import json
import os
import sys
from contextlib import suppress

_MODULES = (
    "pytest", "_pytest.assertion.rewrite", "xdist", "anyio", "hypothesis", "hypothesis.strategies", "httpx", "jsonschema",
    "sqlalchemy", "sqlalchemy.ext.asyncio", "sqlalchemy.dialects.postgresql.psycopg", "psycopg", "psycopg_pool", "msgspec",
    "alembic", "uvicorn", "uvloop", "structlog", "prometheus_client", "opentelemetry.trace", "typer", "rich.console", "psutil",
    "argon2", "re2", "numpy", "requests", "schemathesis",
)  # fmt: skip


def main() -> None:
    """Serve until standard input ends."""
    for name in _MODULES:
        with suppress(ImportError):
            importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(asked["tree"], asked["output"], asked["arguments"])
        _answer(child)
        _, status = os.waitpid(child, 0)
        _answer(os.waitstatus_to_exitcode(status))


def _run(tree: str, output: str, arguments: list[str]) -> None:
    os.setsid()
    os.chdir(tree)
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, descriptor in ((written, 1), (written, 2), (nothing, 0)):
        os.dup2(target, descriptor)
    sys.path[:0] = [tree, f"{tree}/src"]
    import pytest

    status = 3
    try:
        status = int(pytest.main(arguments))
    finally:
        sys.stdout.flush()
        os._exit(status)


def _answer(number: int) -> None:
    print(number, flush=True)


if __name__ == "__main__":
    main()
