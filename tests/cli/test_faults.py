"""Every command and everything that an operator can get wrong: one line that says what to do, and never a traceback."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from tercel.cli import verify
from tercel.cli.app import app, run
from tests.support.ports import free_port

_FILES = {"file", "files"}
#: What a command needs to be called at all, by the name of its parameter.
_GIVEN = {
    "email": "ann@example.com",
    "expression": '["+", 1, 2]',
    "application": "Web shop",
    "title": "checkout",
    "name": "reports",
    "key": "1",
}


def _commands(
    command: Any = None, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], TyperCommand]]:
    command = command or typer.main.get_command(app)
    if not isinstance(command, TyperGroup):
        yield path, command
        return
    for name, inner in command.commands.items():
        yield from _commands(inner, (*path, name))


COMMANDS = dict(_commands())
WITH_DATABASE = [path for path, command in COMMANDS.items() if any(p.name == "home" for p in command.params)]
#: These make an installation where there is none.
MAKERS = [("serve",), ("migrate",), ("restore",)]
WITH_FILES = [path for path, command in COMMANDS.items() if any(p.name in _FILES for p in command.params)]
Call = Callable[..., str]


def _words(path: tuple[str, ...]) -> str:
    return " ".join(path)


def _arguments(path: tuple[str, ...], file: str) -> list[str]:
    arguments = [*path]
    for parameter in COMMANDS[path].params:
        if not parameter.required:
            continue
        value = file if parameter.name in _FILES else _GIVEN[parameter.name or ""]
        flags = [parameter.opts[0]] if isinstance(parameter, TyperOption) else []
        assert flags or isinstance(parameter, TyperArgument)
        arguments += [*flags, value]
    return arguments


@pytest.fixture
def call(
    open_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Call]:
    """Run a command that must fail; its one line. Nothing may be made in its home."""
    home = open_directory / "nothing"
    monkeypatch.chdir(open_directory)
    for name in [name for name in os.environ if name.startswith("TERCEL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TERCEL_HOME", str(home))
    monkeypatch.setenv("TERCEL_PORT", str(free_port()))

    def fail(path: tuple[str, ...], *options: str, file: str = "nosuch", **variables: str) -> str:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.argv", ["tercel", *_arguments(path, file), *options])
        with pytest.raises(SystemExit) as ended:
            run()
        assert ended.value.code == 1
        said = capsys.readouterr()
        text = said.err or said.out  # the doctor's findings, and what scenarios fail at, are their output
        assert "Traceback" not in text
        return text

    yield fail
    assert not home.exists()


def test_every_command_is_known() -> None:
    assert {("serve",), ("keys", "create", "integration"), ("language", "lint")} <= COMMANDS.keys()
    assert {("verify",), ("users", "list"), *MAKERS} < set(WITH_DATABASE)
    assert {("language", "lint"), ("scenario", "run"), ("restore",)} < set(WITH_FILES)


@pytest.mark.parametrize("path", [path for path in WITH_DATABASE if path not in MAKERS], ids=_words)
def test_a_home_may_be_named_from_where_one_is(
    path: tuple[str, ...], call: Call, open_directory: Path
) -> None:
    """As the demonstration prints it; there is no installation here."""
    assert f"`{open_directory / 'nothing'}`" in call(path, "--home", "nothing")


@pytest.mark.parametrize("path", COMMANDS, ids=_words)
def test_every_command_has_an_example_that_calls_it(path: tuple[str, ...]) -> None:
    text = (COMMANDS[path].help or "").partition("Example:")[2].replace("[bold]", "")
    assert f"tercel {_words(path)}" in text


@pytest.mark.parametrize("path", WITH_DATABASE, ids=_words)
@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TERCEL_PORT", "http", "`TERCEL_PORT` is `http`: expected a whole number, 1 to 65535"),
        ("TERCEL_WORKER", "3", "`TERCEL_WORKER` is no setting: did you mean `TERCEL_WORKERS`?"),
        ("TERCEL_HOME", "here", "`TERCEL_HOME` is `here`: expected an absolute path"),
        ("TERCEL_DATABASE_URL", "localhost", "`TERCEL_DATABASE_URL` cannot be used: expected a URL"),
        ("TERCEL_DATABASE_URL", "mysql://db/x", "`TERCEL_DATABASE_URL` cannot be used: expected a URL"),
        ("TERCEL_DATABASE_URL_FILE", "/no/file", "`TERCEL_DATABASE_URL_FILE` names `/no/file`, which cannot"),
    ],
)
def test_a_wrong_setting(call: Call, path: tuple[str, ...], name: str, value: str, told: str) -> None:
    assert _only_line(call(path, **{name: value}), path).startswith(told)


@pytest.mark.parametrize("path", [path for path in WITH_DATABASE if path not in MAKERS], ids=_words)
@pytest.mark.parametrize("place", ["nothing", "a file/below", "x" * 300])
def test_a_home_without_an_installation(
    call: Call, path: tuple[str, ...], place: str, open_directory: Path
) -> None:
    (open_directory / "a file").touch()
    home = open_directory / place
    told = call(path, "--home", str(home))
    assert f"there is no installation in `{home}`: `tercel serve` makes one" in _only_line(told, path)


@pytest.mark.parametrize("path", MAKERS, ids=_words)
def test_a_home_that_cannot_be_made(call: Call, path: tuple[str, ...], open_directory: Path) -> None:
    (open_directory / "a file").touch()
    told = call(path, "--home", str(open_directory / "a file" / "below"))
    assert "cannot be" in _only_line(told, path)  # created; or, of a backup, read


def test_serving_waits_only_for_what_waiting_mends(call: Call) -> None:
    """A database that does not answer may be a cluster that chooses its primary (tests/database/test_primary.py)."""
    told = _only_line(
        call(("serve",), TERCEL_DATABASE_URL="postgresql://u:secret@127.0.0.1:port/x"), ("serve",)
    )
    assert "the database cannot be used" in told
    assert "secret" not in told


@pytest.mark.parametrize("path", [path for path in WITH_DATABASE if path != ("serve",)], ids=_words)
def test_a_database_that_does_not_answer(call: Call, path: tuple[str, ...]) -> None:
    url = f"postgresql://tercel:secret@127.0.0.1:{free_port()}/tercel"
    told = _only_line(call(path, TERCEL_DATABASE_URL=url), path)
    assert "does not answer" in told or "cannot be read" in told
    assert "secret" not in told


@pytest.mark.parametrize("path", [path for path in WITH_DATABASE if path not in MAKERS], ids=_words)
def test_a_database_without_our_tables(call: Call, path: tuple[str, ...], server_url: str) -> None:
    empty = server_url.replace("/tercel?", "/postgres?")
    told = _only_line(call(path, TERCEL_DATABASE_URL=empty), path)
    assert "there is no installation in the database of `TERCEL_DATABASE_URL`" in told


@pytest.mark.parametrize(
    "path", [path for path in WITH_FILES if path not in [("backup",), ("restore",)]], ids=_words
)
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read: No such file or directory"),
        ("directory", "cannot be read: Is a directory"),
        (b"{", "is no JSON: "),
        (b"\xff\x00", "is no JSON: "),
        (b"[" * 100_000, "is no JSON: maximum recursion depth"),
    ],
)
def test_a_file_that_cannot_be_used(
    call: Call, path: tuple[str, ...], content: bytes | str | None, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "file.json"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content:
        file.mkdir()
    assert f"`{file}` {told}" in call(path, file=str(file))


@pytest.mark.parametrize("content", [None, b"no backup"])
def test_a_backup_that_cannot_be_used(call: Call, content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "file.zip"
    if content is not None:
        file.write_bytes(content)
    assert f"`{file}`" in _only_line(call(("restore",), file=str(file)), ("restore",))


def test_what_nobody_foresaw_is_one_line_and_a_file(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(verify, "chosen_settings", fail)
    line = _only_line(call(("verify",)), ("verify",))
    said, _, rest = line.partition(": this is a defect of tercel; `")
    assert said == "unexpected ZeroDivisionError: of all things"
    details = Path(rest.partition("`")[0])
    assert "in fail" in details.read_text()
    assert details.stat().st_mode & 0o077 == 0
    details.unlink()


def _only_line(text: str, path: tuple[str, ...]) -> str:
    """The one line of an error, without its beginning; of the doctor, the line that fails."""
    if path == ("doctor",):
        [line] = [line for line in text.splitlines() if line.startswith("fail")]
        return line.split(maxsplit=2)[2]
    [line] = text.splitlines()
    assert line.startswith("error: ")
    return line.removeprefix("error: ")
