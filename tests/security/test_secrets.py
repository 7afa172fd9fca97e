"""Secrets stay where they belong: not in what a server says at its most talkative, not in its database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.security.raw import raw_client, request, status_of
from tests.support.server import (
    ADMIN_EMAIL,
    ADMIN_PASSWORD,
    FAR_AWAY,
    client,
    make_application,
    make_integration_key,
    make_management_key,
)
from tests.support.server_process import ServerProcess, serving_process

pytestmark = pytest.mark.slow
#: What customers and administrators send: logs must not have it, the database may.
PRIVATE = {
    "an email": "carol.private@example.com",
    "a coupon code": "MONEY-COUPON-77",
    "a coupon code that exists": "REALMONEY-1",
    "a referral code": "MONEY-REFERRAL-78",
    "a profile": "profile-of-carol",
    "a session": "session-of-carol",
    "an attribute": "grows-orchids",
    "a query": "asked-in-the-query",
    "an idempotency key": "idempotency-of-carol",
}


@dataclass
class Shown:
    """A server that has seen everything, what it handed out, and what it answered."""

    server: ServerProcess
    credentials: dict[str, str] = field(default_factory=dict)
    bodies: list[str] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    metrics: str = ""

    def keep(self, answer: httpx.Response, status: int) -> httpx.Response:
        """Remember an answer, which must have this status."""
        assert answer.status_code == status, answer.text
        self.statuses.add(status)
        if status >= 400:
            self.bodies.append(answer.text)
        return answer


@pytest.fixture(scope="module", params=["console", "json"])
def shown(
    request: pytest.FixtureRequest, module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shown]:
    output = tmp_path_factory.mktemp("server") / f"output-{request.param}"
    options = {"log_level": "debug", "log_format": request.param}
    with serving_process(module_database_url, output, **options) as server:
        shown = Shown(server)
        use(shown)
        fail(shown)
        with client(server) as api:
            shown.metrics = api.get("/metrics").text
        yield shown


def use(shown: Shown) -> None:
    """Requests of every kind, with secrets in every place."""
    own = shown.credentials
    own["the password"], own["a wrong password"] = ADMIN_PASSWORD, "guessed-password-12"
    own["a wrong key"] = "f00d" * 16
    with client(shown.server) as api:
        wrong = {"email": PRIVATE["an email"], "password": own["a wrong password"]}
        shown.keep(api.post("/v1/sessions", json=wrong), 401)
        shown.keep(api.post("/v1/sessions", json={"email": 1, "password": own["a wrong password"]}), 400)
        right = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
        own["the token"] = shown.keep(api.post("/v1/sessions", json=right), 201).json()["token"]
        shown.keep(api.get(f"/{own['a wrong key']}?key={own['a wrong key']}"), 404)
    with client(shown.server, f"Bearer {own['the token']}") as admin:
        application = make_application(admin)
        own["the integration key"] = make_integration_key(admin, application["id"])
        own["the management key"] = make_management_key(admin)
        make_codes(admin, application["id"])
    for scheme in ("ApiKey-v1", "ManagementKey-v1", "Bearer"):
        with client(shown.server, f"{scheme} {own['a wrong key']}") as stranger:
            shown.keep(stranger.get(f"/v2/customer_sessions/{PRIVATE['a session']}"), 401)
    with client(shown.server, f"ManagementKey-v1 {own['the management key']}") as management:
        path = f"/v1/applications/{application['id']}/customers"
        shown.keep(management.get(path, params={"integrationId": PRIVATE["a query"]}), 200)
        body = {"name": "k", "expiryDate": FAR_AWAY, "endpoints": []}
        shown.keep(management.post("/v1/management_keys", json=body), 403)
    with client(shown.server, f"ApiKey-v1 {own['the integration key']}") as shop:
        buy(shown, shop)


def make_codes(admin: httpx.Client, application_id: int) -> None:
    path = f"/v1/applications/{application_id}/campaigns"
    body = {"name": "c", "state": "enabled", "tags": [], "features": ["coupons"], "limits": []}
    campaign = admin.post(path, json=body).json()["id"]
    coupon = {"usageLimit": 1, "numberOfCoupons": 1, "couponPattern": PRIVATE["a coupon code that exists"]}
    answer = admin.post(f"{path}/{campaign}/coupons", json={**coupon, "validCharacters": ["A"]})
    assert answer.status_code in {200, 204}, answer.text


def buy(shown: Shown, shop: httpx.Client) -> None:
    path = f"/v2/customer_sessions/{PRIVATE['a session']}"
    shown.keep(shop.put(path, json=cart(), headers={"Idempotency-Key": PRIVATE["an idempotency key"]}), 200)
    shown.keep(shop.put(path, json=cart(attributes={"hobby": PRIVATE["an attribute"]})), 400)
    shown.keep(shop.put(path, json=cart(couponCodes=[PRIVATE["a coupon code"], 1])), 400)
    shown.keep(shop.put(path, content=f'{{"email": "{PRIVATE["an email"]}"'), 400)
    shown.keep(shop.get(path, params={"code": PRIVATE["a query"]}), 200)
    reservations = f"/v1/coupon_reservations/{PRIVATE['a coupon code']}"
    shown.keep(shop.post(reservations, json={"integrationIDs": [PRIVATE["a profile"]]}), 404)
    shown.keep(shop.get(f"/v3/events/{PRIVATE['a session']}"), 404)


def cart(**fields: Any) -> dict[str, Any]:
    return {
        "customerSession": {
            "profileId": PRIVATE["a profile"],
            "couponCodes": [PRIVATE["a coupon code"], PRIVATE["a coupon code that exists"]],
            "referralCode": PRIVATE["a referral code"],
            **fields,
        }
    }


def fail(shown: Shown) -> None:
    """Break the database under the server in the ways that make it say most."""
    own = shown.credentials
    breakages = {
        "ALTER TABLE sessions ADD CONSTRAINT broken CHECK (version < 0) NOT VALID": "ALTER TABLE sessions DROP CONSTRAINT broken",
        "ALTER TABLE coupons RENAME TO coupons_away": "ALTER TABLE coupons_away RENAME TO coupons",
    }
    for breakage, repair in breakages.items():
        with psycopg.connect(shown.server.dsn, autocommit=True) as connection:
            connection.execute(breakage)  # type: ignore[arg-type]  # from the table above
            try:
                with client(shown.server, f"ApiKey-v1 {own['the integration key']}") as shop:
                    path = f"/v2/customer_sessions/{PRIVATE['a session']}"
                    shown.keep(shop.put(path, json=cart()), 500)
            finally:
                connection.execute(repair)  # type: ignore[arg-type]
    with psycopg.connect(shown.server.dsn, autocommit=True) as connection:
        connection.execute("ALTER TABLE users ADD CONSTRAINT broken CHECK (last_signed_in IS NULL) NOT VALID")
        try:
            with client(shown.server) as api:
                right = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
                shown.keep(api.post("/v1/sessions", json=right), 500)
        finally:
            connection.execute("ALTER TABLE users DROP CONSTRAINT broken")


def found(secrets: dict[str, str], text: str) -> list[str]:
    lower = text.lower()
    return [name for name, secret in secrets.items() if secret.lower() in lower]


def test_the_requests_were_of_every_kind(shown: Shown) -> None:
    assert shown.statuses == {200, 201, 400, 401, 403, 404, 500}
    said = shown.server.said()
    assert said.count("request") >= 20
    assert "log-in refused" in said
    assert "tercel/http/kernel/dispatch.py" in said  # the tracebacks of what failed


def test_nothing_is_in_the_logs(shown: Shown) -> None:
    said = shown.server.said()
    assert found(shown.credentials | PRIVATE, said) == []
    assert "$argon2" not in said


def test_nothing_is_in_the_metrics(shown: Shown) -> None:
    assert "tercel_http_requests_total" in shown.metrics
    assert found(shown.credentials | PRIVATE, shown.metrics) == []


def test_no_credential_is_in_a_failures_body(shown: Shown) -> None:
    assert [found(shown.credentials, body) for body in shown.bodies if found(shown.credentials, body)] == []
    assert [
        body for body in shown.bodies if "Traceback" in body or "psycopg" in body or "SELECT" in body
    ] == []


def test_no_credential_is_in_the_database(shown: Shown) -> None:
    kept = dump(shown.server.dsn)
    assert PRIVATE["a coupon code that exists"] in kept
    assert "$argon2id$" in kept
    as_bytes = {f"{name} in bytes": secret.encode().hex() for name, secret in shown.credentials.items()}
    as_raw = {
        f"{name} decoded": bytes.fromhex(secret).hex()
        for name, secret in shown.credentials.items()
        if len(secret) == 64
    }
    assert found(shown.credentials | as_bytes | as_raw, kept) == []


def dump(dsn: str) -> str:
    """Every row of every table as text."""
    parts = []
    with psycopg.connect(dsn) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in names:
            rows = connection.execute(
                psycopg.sql.SQL("SELECT t::text FROM {} t").format(psycopg.sql.Identifier(name))
            ).fetchall()
            parts.extend(row[0] for row in rows)
    return "\n".join(parts)


def test_the_embedded_server_logs_no_rows(shown: Shown, open_directory: Path) -> None:
    logs = "".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in open_directory.rglob("postgresql-*.log")
    )
    assert 'violates check constraint "broken"' in logs
    assert found(shown.credentials | PRIVATE, logs) == []


def test_the_process_bounds_heads_as_the_tests_server_does(shown: Shown) -> None:
    with raw_client(shown.server.url) as connection:
        connection.send(request("GET", "/healthz", *[f"X-{number}: y" for number in range(101)]))
        assert status_of(connection.read_to_end()) == 431
