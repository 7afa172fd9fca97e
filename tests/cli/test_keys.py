"""``tercel keys`` beside a running server."""

import re
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tercel.base.errors import InvalidError, NotFoundError
from tercel.cli.app import app
from tests.support.server import Server, client


@pytest.fixture
def run(server: Server, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run ``tercel keys`` against the database of the server."""
    monkeypatch.setenv("TERCEL_DATABASE_URL", server.dsn)

    def run_command(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["keys", *arguments])

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
    with client(server, f"ManagementKey-v1 {made.stdout.strip()}") as script:
        assert script.get(f"/v1/applications/{application['id']}").status_code == 200
        assert script.get("/v1/applications").status_code == 403
    assert "2090-12-31" in run("list").stdout
    assert run("delete", "management", key_id(made)).exit_code == 0


def test_without_endpoints_a_key_opens_everything_but_the_administration(run: Any, server: Server) -> None:
    made = run("create", "management", "--name", "all")
    with client(server, f"ManagementKey-v1 {made.stdout.strip()}") as script:
        assert script.get("/v1/applications").status_code == 200
        assert script.get("/v1/management_keys").status_code == 403


@pytest.mark.parametrize(
    "arguments",
    [("--expires", "soon"), ("--expires", "2001-01-01"), ("--endpoint", "FLY /v1"), ("--endpoint", "GET v1")],
)
def test_what_cannot_be_is_refused(run: Any, arguments: tuple[str, str]) -> None:
    assert isinstance(run("create", "management", "--name", "x", *arguments).exception, InvalidError)
