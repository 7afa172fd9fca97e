"""``tercel users`` beside a running server."""

from collections.abc import Callable

import httpx
import psycopg
import pytest
from typer.testing import CliRunner, Result

from tercel.base.errors import ConflictError, InvalidError, NotFoundError, TercelError, WrongStateError
from tercel.base.limits import PASSWORD_LENGTH_MIN
from tercel.cli.app import app
from tests.support.server import ADMIN_EMAIL, Server

Run = Callable[..., Result]


@pytest.fixture
def run(server: Server, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``tercel users`` against the database of the server."""
    monkeypatch.setenv("TERCEL_DATABASE_URL", server.dsn)

    def run_command(*arguments: str, given: str | None = None) -> Result:
        return CliRunner().invoke(app, ["users", *arguments], input=given)

    return run_command


def _log_in(server: Server, email: str, password: str) -> httpx.Response:
    return httpx.post(f"{server.url}/v1/sessions", json={"email": email, "password": password}, timeout=30)


def _tokens(server: Server, email: str) -> int:
    query = "SELECT count(*) FROM user_tokens t JOIN users u ON u.id = t.user_id WHERE u.email = %s"
    with psycopg.connect(server.dsn) as connection:
        row = connection.execute(query, [email]).fetchone()
        return int(row[0]) if row else 0


def test_a_user_comes_loses_the_password_and_goes(run: Run, server: Server) -> None:
    email = "ann@example.com"
    made = run("create", "Ann@Example.com", "--admin")
    assert made.exit_code == 0, made.output
    assert made.stderr == f"{email} can log in\n"
    first = made.stdout.strip()
    assert _log_in(server, email, first).status_code == 201
    assert email in run("list").stdout

    assert _tokens(server, email) == 1
    second = run("reset-password", email).stdout.strip()
    assert _tokens(server, email) == 0
    assert _log_in(server, email, first).status_code == 401
    assert _log_in(server, email, second).status_code == 201

    assert run("deactivate", email).exit_code == 0
    assert _tokens(server, email) == 0
    assert _log_in(server, email, second).status_code == 401
    assert isinstance(run("reset-password", email).exception, WrongStateError)
    assert run("activate", email).exit_code == 0
    assert _log_in(server, email, second).status_code == 201
    assert isinstance(run("create", email).exception, ConflictError)


def test_a_password_is_read_from_standard_input_and_not_repeated(run: Run, server: Server) -> None:
    password = "p" * PASSWORD_LENGTH_MIN
    made = run("create", "ben@example.com", "--name", "Ben", "--ask", given=f"{password}\n")
    assert (made.exit_code, made.stdout) == (0, "")
    assert _log_in(server, "ben@example.com", password).status_code == 201


@pytest.mark.parametrize("password", ["", "p" * (PASSWORD_LENGTH_MIN - 1), "Carla@Example.com"])
def test_a_password_that_is_easy_to_guess_is_refused(run: Run, password: str) -> None:
    for command, email in (("create", "carla@example.com"), ("reset-password", ADMIN_EMAIL)):
        own = ADMIN_EMAIL.upper() if "@" in password and command != "create" else password
        assert isinstance(run(command, email, "--ask", given=f"{own}\n").exception, InvalidError)
    assert "carla" not in run("list").stdout


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("create", "nobody"), InvalidError),
        (("create", "a b@example.com"), InvalidError),
        (("create", f"{'x' * 320}@example.com"), InvalidError),
        (("reset-password", "nobody@example.com"), NotFoundError),
        (("deactivate", "nobody@example.com"), NotFoundError),
        (("activate", "nobody@example.com"), NotFoundError),
    ],
)
def test_who_is_nobody(run: Run, arguments: tuple[str, ...], error: type[TercelError]) -> None:
    assert isinstance(run(*arguments).exception, error)


def test_the_last_administrator_stays(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERCEL_DATABASE_URL", database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO accounts (name) VALUES ('a')")
        connection.execute(
            "INSERT INTO users (account_id, email, name, state, is_admin)"
            " SELECT id, e || '@example.com', e, 'active', true FROM accounts, unnest(ARRAY['a', 'b']) e"
        )
    assert CliRunner().invoke(app, ["users", "deactivate", "a@example.com"]).exit_code == 0
    refused = CliRunner().invoke(app, ["users", "deactivate", "b@example.com"])
    assert isinstance(refused.exception, WrongStateError)
