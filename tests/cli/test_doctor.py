"""``tercel doctor``: what it finds, and that it says what to do."""

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from tercel.cli import examination
from tercel.cli.app import app
from tercel.cli.examination import State, examine
from tercel.settings import load
from tests.support.ports import free_port
from tests.support.process import run_tercel
from tests.support.server import Server


def _doctor(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Result:
    monkeypatch.setenv("TERCEL_PORT", str(free_port()))
    for name, value in variables.items():
        monkeypatch.setenv(f"TERCEL_{name.upper()}", value)
    return CliRunner().invoke(app, ["doctor"])


def _line(result: Result, name: str) -> str:
    [line] = [line for line in result.stdout.splitlines() if line.split()[1] == name]
    return line


def test_a_working_installation(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    result = _doctor(monkeypatch, database_url=server.dsn, port=server.url.rpartition(":")[2])
    assert _line(result, "settings").startswith("ok")
    assert "yours, answers" in _line(result, "database")
    assert "the newest" in _line(result, "schema")
    assert _line(result, "users").startswith("ok")


def test_options_that_lose_orders(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    result = _doctor(monkeypatch, database_url=server.dsn)  # the server of tests is not durable
    assert result.exit_code == 1
    assert "fail  options     `fsync` is off: turn it on" in result.stdout


def test_an_embedded_installation_is_well(open_directory: Path) -> None:
    home = open_directory / "well"
    variables = {"TERCEL_HOME": str(home), "TERCEL_PORT": str(free_port())}
    run_tercel("migrate", **variables)
    done = run_tercel("doctor", **variables)
    states = {line.split()[1]: line.split()[0] for line in done.stdout.splitlines()}
    assert states.pop("users") == "fail"  # nobody has served it yet
    assert set(states.values()) == {"ok"}, done.stdout
    assert {"files", "disk", "clock", "port", "database", "schema", "options"} <= states.keys()
    (home / "database" / "data").chmod(0o750)
    assert "others can enter" in run_tercel("doctor", **variables).stdout


def test_too_few_connections(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    result = _doctor(monkeypatch, database_url=server.dsn, workers="64")
    assert "warn  options" in result.stdout
    assert "raise `max_connections`" in result.stdout


def test_a_schema_of_another_version(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    result = _doctor(monkeypatch, database_url=database_url)
    assert "fail  schema" in result.stdout
    assert "9999 of a newer version" in result.stdout


def test_a_clock_that_is_wrong_and_a_disk_that_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "_free", lambda _home: 0)
    found = {
        finding.name: finding
        for finding in examine(load({"TERCEL_HOME": str(tmp_path)}), datetime(1970, 1, 1, tzinfo=UTC))
    }
    assert {name for name, finding in found.items() if finding.state is State.FAIL} == {
        "disk",
        "clock",
        "database",
    }


def test_a_port_of_somebody_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = _doctor(monkeypatch, home=str(tmp_path / "none"), port=str(taken.getsockname()[1]))
    assert _line(result, "port").startswith("warn")
    assert f"(process {os.getpid()})" in _line(result, "port")


def test_secrets_that_others_can_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("open to everybody")
    file.chmod(0o644)
    result = _doctor(monkeypatch, home=str(tmp_path / "none"), admin_password_file=str(file))
    assert f"warn  files       others can read `{file}`: `chmod 600 {file}`" in result.stdout
