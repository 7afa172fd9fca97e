"""``tercel scenario``: run the worked examples kept beside campaigns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tercel.base.errors import InvalidError, TercelError
from tercel.base.numbers import use_engine_context
from tercel.cli.common.files import read_json
from tercel.cli.stories.errors import StoryError
from tercel.language.errors import TalangError
from tercel.scenario.cases import Case, read_cases
from tercel.scenario.run import run_case
from tercel.scenario.story import Story, read_story

if TYPE_CHECKING:
    import httpx

app = typer.Typer(
    name="scenario", help="Run scenarios: campaigns with worked examples.", no_args_is_help=True
)

#: Opens the server that stories are told to, when the first one is.
OpenServer = Callable[[], "httpx.Client"]


@app.callback()
def scenario() -> None:
    """Run scenarios: campaigns with worked examples."""


@app.command("run")
def run(
    files: Annotated[list[Path], typer.Argument(help="Scenario and story files, JSON.", metavar="FILE…")],
    url: Annotated[
        str | None,
        typer.Option(help="Server to tell stories to; without it one is started for them.", metavar="URL"),
    ] = None,
    email: Annotated[str, typer.Option(help="Administrator of that server.")] = "admin@example.com",
    password_file: Annotated[
        Path | None,
        typer.Option(
            help="File with the administrator's password; without it you are asked.", metavar="FILE"
        ),
    ] = None,
) -> None:
    """Run every case of the files through the engine, and tell every story to a server.

    One line per case or story, what differs below a failed one, and the sums at the end; exit status 1 when one fails.
    Scenarios need no server. Stories are told to one that is started for them over an empty database, or to the one at
    [bold]--url[/bold], where each leaves an application behind.

    Example: tercel scenario run scenarios/*.json stories/*.json
    """
    use_engine_context()
    passed = failed = 0
    with ExitStack() as stack:
        for label, differences in _results(files, _server_opener(stack, url, email, password_file)):
            if differences:
                failed += 1
                print(f"FAILED  {label}")
                print("\n".join(f"        {line}" for line in differences))
            else:
                passed += 1
                print(f"passed  {label}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def _server_opener(stack: ExitStack, url: str | None, email: str, password_file: Path | None) -> OpenServer:
    opened: list[httpx.Client] = []

    def open_server() -> httpx.Client:
        # Because: scenarios alone should not wait for the import of a client.
        from tercel.cli.stories.server import administrator, temporary_server

        if not opened and url is None:
            print("starting a server for the stories …", file=sys.stderr)
            opened.append(stack.enter_context(temporary_server()))
        elif not opened:
            password = _password(password_file)
            opened.append(stack.enter_context(administrator(str(url), email, password)))
        return opened[0]

    return open_server


def _password(file: Path | None) -> str:
    if file is None:
        return str(typer.prompt("Password", hide_input=True, err=True))
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        message = f"`--password-file` names `{file}`, which cannot be read: {reason}"
        raise InvalidError(message=message) from None


def _results(files: list[Path], open_server: OpenServer) -> Iterator[tuple[str, list[str]]]:
    """Label and differences of every case and story; a file that cannot be read is one failed case."""
    for path in files:
        try:
            found = _read(read_json(path))
        except TercelError as error:
            yield str(path), [error.message, *_details(error)]
            continue
        if isinstance(found, Story):
            yield f"{path.name}: {found.title}", _told(found, open_server)
            continue
        for case in found:
            yield f"{path.name}: {case.label}", _differences(case)


def _read(data: Any) -> Story | list[Case]:
    is_story = isinstance(data, dict) and "steps" in data and "cases" not in data
    return read_story(data) if is_story else read_cases(data)


def _told(story: Story, open_server: OpenServer) -> list[str]:
    from tercel.cli.stories.telling import StoryRun

    try:
        return StoryRun(open_server(), story).tell()
    except StoryError as error:
        return [f"the story cannot be told: {error}"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # Because: a story is written by hand, and whatever is wrong with its data belongs to its author.
        return [f"the story cannot be told: {type(error).__name__}: {error}"]


def _differences(case: Case) -> list[str]:
    try:
        return run_case(case)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, TalangError) as error:
        # Because: a scenario is written by hand, and whatever is wrong with its data belongs to its author.
        return [f"the case cannot be run: {type(error).__name__}: {error}"]


def _details(error: TercelError) -> list[str]:
    return [f"{problem.pointer or '/'}: {problem.details}" for problem in error.problems]
