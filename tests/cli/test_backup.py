"""``tercel backup`` of a server at work, ``tercel restore`` elsewhere: the same answers, and everything verified."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.process import Serving, run_tercel, serving_process, shop_of
from tests.support.server import ADMIN_PASSWORD, created
from tests.support.shop import Shop, item, rule

pytestmark = pytest.mark.slow
_LOAD_FIRST = 20
_VALID = ["and", ["couponValid"], ["referralValid"]]
_ADMIN = {"TERCEL_ADMIN_PASSWORD": ADMIN_PASSWORD}


@pytest.fixture
def directory(open_directory: Path, request: pytest.FixtureRequest) -> Path:
    made = open_directory / request.node.name.replace("[", "-").rstrip("]")
    made.mkdir()
    made.chmod(0o755)
    return made


def _sell(shop: Shop) -> list[str]:
    """Sessions in every state that use a coupon, budgets and a referral; the paths that show what became of them."""
    campaign = shop.campaign(
        rule(["setDiscount", "d", 5], when=_VALID),
        limits=[{"action": "redeemCoupon", "limit": 50, "entities": []},
                {"action": "setDiscount", "limit": 1000, "entities": ["Profile"]}],
        features=["coupons", "referrals"],
    )  # fmt: skip
    shop.coupon(campaign, "CODE", usageLimit=20)
    referral = {
        "campaignId": campaign["id"],
        "advocateProfileIntegrationId": f"bob {shop.ann}",
        "usageLimit": 9,
    }
    code = created(shop.integration.post("/v1/referrals", json=referral))["code"]
    cart = {
        "profileId": shop.ann,
        "couponCodes": ["CODE"],
        "referralCode": code,
        "cartItems": [item("A", 50, 2)],
    }
    for number in range(5):
        shop.update(f"s{number}", state="open", **cart)
    for number in range(1, 5):
        shop.update(f"s{number}", state="closed", **cart)
    shop.update("s3", state="cancelled")
    shop.returned("s4", [{"position": 0, "quantity": 1}])
    inside = f"{shop.path}/campaigns/{campaign['id']}"
    return [
        *(f"/v2/customer_sessions/s{number}" for number in range(5)),
        inside,
        f"{inside}/coupons/no_total",
        f"{inside}/referrals/no_total",
        f"{inside}/rulesets",
        f"{shop.path}/sessions",
    ]  # fmt: skip


def _read(serving: Serving, shop: Shop, paths: list[str]) -> dict[str, Any]:
    """What a server answers to the keys of a shop."""
    found = {}
    for path in paths:
        keys = shop.management if path.startswith(shop.path) else shop.integration
        headers = {"Authorization": keys.headers["Authorization"]}
        answer = httpx.get(f"{serving.url}{path}", headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        found[path] = answer.json()
    return found


@contextmanager
def _load(shop: Shop) -> Iterator[list[int]]:
    """Another shop's customers close carts all the time; the numbers of those that are answered."""
    campaign = shop.campaign(rule(["setDiscount", "d", 1], when=["and", ["couponValid"]]))
    shop.coupon(campaign, "LOAD", usageLimit=999_999)
    answered: list[int] = []
    begun, enough = threading.Event(), threading.Event()

    def close_carts() -> None:
        while not enough.is_set():
            number = len(answered)
            shop.update(f"load-{number}", profileId=f"load {number}", state="closed", couponCodes=["LOAD"])
            answered.append(number)
            if number >= _LOAD_FIRST:
                begun.set()

    thread = threading.Thread(target=close_carts)
    thread.start()
    try:
        assert begun.wait(60)
        yield answered
    finally:
        enough.set()
        thread.join()


def test_a_server_under_load_is_backed_up_and_restored_elsewhere(directory: Path) -> None:
    file = directory / "tercel.zip"
    with serving_process(directory / "a", **_ADMIN) as first, shop_of(first) as (shop, _):
        paths = _sell(shop)
        before = _read(first, shop, paths)
        with shop_of(first) as (other, _), _load(other) as answered:
            surely = len(answered)
            made = run_tercel("backup", str(file), "--home", str(directory / "a"))
            assert len(answered) > surely, "the load went on meanwhile"
        assert (made.returncode, made.stderr) == (0, "")
        assert made.stdout.startswith(f"{file}: ")

        restored = run_tercel("restore", str(file), "--home", str(directory / "b"))
        assert restored.returncode == 0, restored.stdout + restored.stderr
        assert re.match(r"restored and verified. Next: `tercel serve`", restored.stdout.splitlines()[-1])
        with serving_process(directory / "b") as second:
            assert _read(second, shop, paths) == before
            load = [f"/v2/customer_sessions/load-{number}" for number in range(surely)]
            assert len(_read(second, other, load)) == surely
            again = run_tercel("restore", str(file), "--home", str(directory / "b"), "--replace")
            assert again.returncode == 1
            assert (
                again.stderr == "error: the database is in use by tercel: stop every `tercel serve` first\n"
            )


def test_what_cannot_be_restored_is_refused_in_one_line(directory: Path) -> None:
    (directory / "torn.zip").write_bytes(b"PK")
    result = run_tercel("restore", str(directory / "torn.zip"), "--home", str(directory / "home"))
    assert result.returncode == 1
    assert result.stderr.startswith(f"error: `{directory}/torn.zip` is damaged or incomplete")
    assert result.stderr.count("\n") == 1
    assert not (directory / "home").exists()
