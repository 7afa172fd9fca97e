"""Logging in and out, with a real server (behaviour/access 1)."""

import httpx

from tests.support.contract import validate_answer
from tests.support.server import ADMIN_EMAIL, ADMIN_PASSWORD, Server, client


def log_in(api: httpx.Client, email: str = ADMIN_EMAIL, password: str = ADMIN_PASSWORD) -> httpx.Response:
    return api.post("/v1/sessions", json={"email": email, "password": password})


def test_a_password_gives_a_token_that_opens_the_management_api(server: Server, api: httpx.Client) -> None:
    answer = log_in(api)
    assert answer.status_code == 201
    validate_answer(answer.json(), "createSession", 201)
    with client(server, f"Bearer {answer.json()['token']}") as user:
        assert isinstance(user.get("/v1/applications").raise_for_status().json()["data"], list)


def test_an_email_may_be_written_in_capitals(api: httpx.Client) -> None:
    answers = [log_in(api), log_in(api, email=ADMIN_EMAIL.upper())]
    assert [answer.status_code for answer in answers] == [201, 201]
    one, other = (answer.json() for answer in answers)
    assert (one["userId"], one["token"] == other["token"]) == (other["userId"], False)


def test_a_wrong_password_is_refused(api: httpx.Client) -> None:
    answer = log_in(api, email="nobody@example.com", password="wrong")
    assert (answer.status_code, answer.json()["StatusCode"]) == (401, 401)


def test_logging_out_ends_the_token(server: Server, api: httpx.Client) -> None:
    with client(server, f"Bearer {log_in(api).json()['token']}") as user:
        assert user.delete("/v1/sessions").status_code == 204
        assert user.get("/v1/applications").status_code == 401


def test_guessing_passwords_is_slowed_down(api: httpx.Client) -> None:
    email = "guessed@example.com"
    answers = [log_in(api, email=email, password=f"guess {n}") for n in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 300
