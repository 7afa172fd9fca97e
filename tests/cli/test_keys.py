"""``tercel keys`` beside a running server."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tercel.base.errors import InvalidError, NotFoundError
from tercel.cli.app import app
from tercel.main import known_endpoints, main
from tests.support.server import Server, client


@pytest.fixture
def run(server: Server, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run ``tercel keys`` against the database of the server."""
    monkeypatch.setenv("TERCEL_DATABASE_URL", server.dsn)

    def run_command(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["keys", *arguments], obj=known_endpoints())

    return run_command


def key_id(result: Result) -> str:
    match = re.search(r"key (\d+)", result.stderr)
    assert match, result.output
    return match[1]


def test_a_shop_gets_a_key_until_it_is_deleted(run: Any, server: Server, application: dict[str, Any]) -> None:
    made = run("create", "integration", "--application", application["name"], "--title", "checkout")
    assert made.exit_code == 0, made.output
    assert re.fullmatch(r"[0-9a-f]{64}\n", made.stdout)
    with client(server, f"ApiKey-v1 {made.stdout.strip()}") as shop:
        assert shop.get("/v2/customer_sessions/none").status_code == 404
    assert "checkout" in run("list").stdout
    assert run("delete", "integration", key_id(made)).exit_code == 0
    again = run("delete", "integration", key_id(made))
    assert isinstance(again.exception, NotFoundError)


def test_an_application_is_found_by_its_id(run: Any, application: dict[str, Any]) -> None:
    made = run("create", "integration", "--application", str(application["id"]), "--title", "t", "--testing")
    assert made.exit_code == 0, made.output
    for unknown in ("no such shop", "0", str(2**62)):
        refused = run("create", "integration", "--application", unknown, "--title", "t")
        assert isinstance(refused.exception, NotFoundError)


def test_a_script_gets_a_key_for_what_it_needs(run: Any, server: Server, application: dict[str, Any]) -> None:
    made = run(
        "create",
        "management",
        "--name=reports",
        "--endpoint=GET /v1/applications/{applicationId}",
        f"--application={application['name']}",
        "--expires=2090-12-31",
    )
    assert made.exit_code == 0, made.output
    used = {f"{datetime.now(UTC):%Y-%m-%d}"}
    with client(server, f"ManagementKey-v1 {made.stdout.strip()}") as script:
        assert script.get(f"/v1/applications/{application['id']}").status_code == 200
        assert script.get("/v1/applications").status_code == 403
    listed = " ".join(run("list").stdout.split())
    assert "2090-12-31" in listed
    assert "GET /v1/applications/{applicationId}" in listed
    used.add(f"{datetime.now(UTC):%Y-%m-%d}")  # midnight may have passed
    assert any(day in listed for day in used)
    assert run("delete", "management", key_id(made)).exit_code == 0


def test_without_endpoints_a_key_opens_everything_but_the_administration(run: Any, server: Server) -> None:
    made = run("create", "management", "--name", "all")
    with client(server, f"ManagementKey-v1 {made.stdout.strip()}") as script:
        assert script.get("/v1/applications").status_code == 200
        assert script.get("/v1/management_keys").status_code == 403


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--expires", "soon", "`soon` is no date"),
        ("--expires", "2001-01-01", "must be in the future"),
        ("--endpoint", "FLY /v1", "`FLY /v1` is no endpoint"),
        ("--endpoint", "GET v1", "`GET v1` is no endpoint"),
        ("--endpoint", "GET /v1/aplications", "did you mean `GET /v1/applications`?"),
        ("--endpoint", "/v1/aplications", "did you mean `/v1/applications`?"),
        ("--endpoint", "DELETE /v1/attributes", "there is no endpoint `DELETE /v1/attributes`"),
        ("--endpoint", "PUT /v2/customer_sessions/{id}", "of the Management API"),
    ],
)
def test_what_cannot_be_is_refused(run: Any, option: str, value: str, said: str) -> None:
    refused = run("create", "management", "--name", "x", option, value).exception
    assert isinstance(refused, InvalidError)
    assert said in " ".join([refused.message, *(problem.details for problem in refused.problems)])


def test_endpoints_may_name_parameters_otherwise_and_leave_methods_out(run: Any) -> None:
    wanted = ("--endpoint=get /v1/applications/{id}", "--endpoint=/v1/attributes")
    made = run("create", "management", "--name", "x", *wanted)
    assert made.exit_code == 0, made.output


def test_the_program_knows_its_endpoints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["tercel", "keys", "create", "management", "--name=x", "--endpoint=GET /v1/aplications"]
    monkeypatch.setattr("sys.argv", command)
    with pytest.raises(SystemExit):
        main()
    assert "did you mean `GET /v1/applications`?" in " ".join(capsys.readouterr().err.split())
