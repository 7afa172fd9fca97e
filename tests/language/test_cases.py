"""The cases of ``cases/*.json`` and of the catalogue's examples: each expression has its value or its error (behaviour/language 2, 3, 4, 8, 9, 11).

A case may say ``bindings``, ``timezone``, ``templates``, whether it is an ``effect``, the ``answers`` and ``failures`` of
the host, and the ``calls`` that the host must have got.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tercel.base.codec import decode_any, encode
from tercel.base.numbers import use_engine_context
from tercel.language.compiler.compiler import compile_effect, compile_expression
from tercel.language.errors import TalangError
from tercel.language.functions.all import CATALOGUE, FAMILIES
from tercel.language.reader import ReadError, read
from tercel.language.running.run import Run
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, walk
from tercel.language.values.exchange import from_json, to_json
from tests.language.test_limits import GROWING
from tests.support.recording_host import RecordingHost, plain

NOW = datetime(2026, 7, 15, 10, tzinfo=UTC)
FILES = sorted((Path(__file__).parent / "cases").glob("*.json"))
CASES = [case for file in FILES for case in decode_any(file.read_bytes())]
EXAMPLES = [
    (function.name, *example)
    for family in FAMILIES
    for function in family.functions
    for example in function.examples
]


def outcome(case: dict[str, Any], host: RecordingHost | None) -> tuple[str, Any]:
    """``("value", value)`` or ``("error", name)``."""
    use_engine_context()
    zone = ZoneInfo(case.get("timezone", "UTC"))
    variables = from_json(case.get("bindings", {}))
    try:
        templates = {name: read(body) for name, body in case.get("templates", {}).items()}
        scope = Scope(free=True, templates=templates)
        compile_ = compile_effect if case.get("effect") else compile_expression
        compiled = compile_(read(case["expression"]), scope)
        run = Run(now=NOW, zone=zone, host=host, variables=variables)  # type: ignore[arg-type]  # answers everything
        return "value", plain(to_json(compiled(run), zone))
    except ReadError:
        return "error", "unreadable"
    except TalangError as error:
        return "error", error.name


@pytest.mark.parametrize("case", CASES, ids=lambda case: encode(case["expression"]).decode()[:80])
def test_case(case: dict[str, Any]) -> None:
    needs_host = case.keys() & {"answers", "failures", "calls"}
    host = RecordingHost(from_json(case.get("answers", {})), case.get("failures", {})) if needs_host else None
    expected = ("error", case["error"]) if "error" in case else ("value", from_json(case["value"]))
    assert outcome(case, host) == expected
    if "calls" in case:
        assert host is not None
        assert plain(to_json(plain(host.calls), UTC)) == from_json(case["calls"])


@pytest.mark.parametrize(("name", "expression", "value"), EXAMPLES, ids=lambda value: str(value)[:60])
def test_example_of_the_catalogue(name: str, expression: str, value: str) -> None:
    case = {"expression": decode_any(expression)}
    assert outcome(case, None) == ("value", from_json(decode_any(value)))
    called = {node.name for node in walk(read(case["expression"])) if isinstance(node, Call)}
    assert name in called | {"="} | {"location"}


def test_every_function_has_a_case_with_a_value() -> None:
    covered = set()
    for case in CASES:
        if "error" not in case:
            covered |= {node.name for node in walk(read(case["expression"])) if isinstance(node, Call)}
    assert {function.name for function in CATALOGUE.values()} - covered - {"#", "!"} == set()


def test_every_error_that_a_function_declares_has_a_case() -> None:
    raised = {
        (node.name, case["error"])
        for case in CASES
        if case.get("error") not in {None, "unreadable"}
        for node in walk(read(case["expression"]))
        if isinstance(node, Call)
    }
    raised |= {(expression[0], "range") for _, expression in GROWING}
    promised = {
        (function.name, error)
        for function in CATALOGUE.values()
        if not function.is_effect
        for error in function.errors
    }
    of_the_product = {(name, "missing") for name in ("loyaltyTier", "cardBalance", "applicationFilter")}
    assert sorted(promised - raised - of_the_product) == []
