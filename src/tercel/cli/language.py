"""``tercel language``: try expressions, lint rule sets, run language vectors, write the reference."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer

from tercel.base.codec import decode_any, encode
from tercel.base.numbers import use_engine_context
from tercel.cli.common.files import read_json
from tercel.cli.lint import lint
from tercel.language.compiler.compiler import compile_expression
from tercel.language.documentation import document
from tercel.language.errors import TalangError
from tercel.language.printer import sentence
from tercel.language.reader import ReadError, read, read_text
from tercel.language.running.run import Run
from tercel.language.running.scope import Scope
from tercel.language.values.exchange import from_json, to_json
from tercel.language.values.times import find_zone, parse_rfc3339

app = typer.Typer(name="language", help="Try the rule language.", no_args_is_help=True)
app.command("lint")(lint)

_Expression = Annotated[
    str, typer.Argument(help="The expression, as JSON or with --text in the textual notation.")
]
_Text = Annotated[bool, typer.Option("--text", help="The expression is in the textual notation: (+ 1 2).")]

_KEYS = {"name", "expression", "expect"}


@app.command("eval")
def evaluate(
    expression: _Expression,
    bindings: Annotated[
        Path | None, typer.Option(help="A JSON file with an object of names and values.")
    ] = None,
    text: _Text = False,
    now: Annotated[str | None, typer.Option(help="The time that `now` gives, in RFC 3339.")] = None,
    timezone: Annotated[str, typer.Option(help="The time zone of readings.")] = "UTC",
) -> None:
    """Compute an expression and print its value as JSON.

    Example: tercel language eval '["+", 1, 2]'
    """
    try:
        variables = {} if bindings is None else from_json(read_json(bindings))
        if not isinstance(variables, dict):
            _fail("the bindings are no JSON object")
        print(_shown(_compute(_data(expression, text=text), variables, now=now, timezone=timezone)))
    except ReadError as error:
        _fail(f"unreadable at {error.pointer or '/'}: {error.message}")
    except TalangError as error:
        _fail(f"{error.name} at {error.at or '/'}: {error}")


@app.command("vectors")
def vectors(
    file: Annotated[
        Path, typer.Argument(help="A JSON list of objects with name, expression, bindings and expect.")
    ],
) -> None:
    """Run language vectors: each expression must have the value, or fail if {"error": true} is expected.

    Example: tercel language vectors vectors.json
    """
    cases = read_json(file)
    if not isinstance(cases, list) or not all(
        isinstance(case, dict) and case.keys() >= _KEYS for case in cases
    ):
        _fail(f"the file holds no JSON list of objects with {', '.join(sorted(_KEYS))}")
    differences = list(_differences(cases))
    for difference in differences:
        print(difference)
    print(f"{len(cases) - len(differences)} passed, {len(differences)} failed")
    if differences:
        raise typer.Exit(1)


@app.command("docs")
def docs(
    output: Annotated[Path, typer.Option(help="The file to write.")] = Path("docs/language.md"),
) -> None:
    """Write the reference of the language from the catalogue of functions.

    Example: tercel language docs --output docs/language.md
    """
    output.write_text(document(), encoding="utf-8")


@app.command("explain")
def explain(expression: _Expression, text: _Text = False) -> None:
    """Print an expression as an English sentence.

    Example: tercel language explain '[">=", [".", "Session", "Total"], 50]'
    """
    try:
        print(sentence(read(_data(expression, text=text))))
    except ReadError as error:
        _fail(f"unreadable at {error.pointer or '/'}: {error.message}")
    except TalangError as error:
        _fail(str(error))


def _data(expression: str, *, text: bool) -> Any:
    if text:
        return read_text(expression)
    try:
        return decode_any(expression)
    except msgspec.DecodeError as error:
        raise ReadError("", f"not JSON: {error}") from None


def _compute(data: Any, variables: dict[str, Any], *, now: str | None = None, timezone: str = "UTC") -> Any:
    use_engine_context()
    time = datetime.now(UTC) if now is None else parse_rfc3339(now)
    run = Run(now=time, zone=find_zone(timezone), variables=variables)
    return to_json(compile_expression(read(data), Scope(free=True))(run), run.zone)


def _differences(cases: list[Any]) -> Iterator[str]:
    for case in cases:
        expected = case["expect"]
        zone = (case.get("context") or {}).get("timezone", "UTC")
        try:
            found = _compute(case["expression"], from_json(case.get("bindings") or {}), timezone=zone)
        except (ReadError, TalangError) as error:
            if expected != {"error": True}:
                yield f"{case['name']}: expected {_shown(expected)}, failed: {error}"
            continue
        if not _agree(found, expected):
            yield f"{case['name']}: expected {_shown(expected)}, got {_shown(found)}"


def _agree(found: Any, expected: Any) -> bool:
    """Equal by value: numbers as numbers, times as instants, everything else as written."""
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, int | Decimal) and isinstance(expected, int | Decimal):
        return Decimal(found) == Decimal(expected)
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(_agree, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(
            _agree(value, expected[key]) for key, value in found.items()
        )
    return bool(found == expected) or _same_instant(found, expected)


def _same_instant(found: Any, expected: Any) -> bool:
    try:
        return parse_rfc3339(found) == parse_rfc3339(expected)
    except (TalangError, TypeError):
        return False


def _shown(value: Any) -> str:
    return encode(value).decode()


def _fail(message: str) -> NoReturn:
    print(f"error: {message}", file=sys.stderr)
    raise typer.Exit(1)
