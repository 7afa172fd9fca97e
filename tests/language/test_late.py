"""What is compiled late is compiled once, when it is first computed."""

from __future__ import annotations

from datetime import UTC, datetime

from tercel.language.compiler.late import Late
from tercel.language.running.run import Compiled, Run


def test_late_expressions_are_compiled_when_they_are_first_computed() -> None:
    compiled = []

    def compile_it() -> Compiled:
        compiled.append(1)
        return lambda run: run

    late = Late(compile_it)
    first, second = (Run(now=datetime(2026, 1, 1, tzinfo=UTC), zone=UTC) for _ in range(2))
    assert not compiled
    assert late(first) is first
    assert late(second) is second
    assert len(compiled) == 1
