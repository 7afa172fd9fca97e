"""The summary of recorded answers."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console

from demo.audit import Check
from demo.example import find_example
from demo.reasons import explain
from demo.summary import Report, show_next_steps, show_report
from demo.tally import Reason, Tally
from demo.world import World
from tercel.base.codec import encode
from tercel.settings import load
from tests.demo.shops import small_shop

WORLD = World(
    application_id=3,
    integration_key="abc",
    management_key="def",
    names={1: "Card prices", 2: "Campaign 9"},
    campaigns={9: 2},
)


def _effect(campaign_id: int, kind: str, **props: Any) -> dict[str, Any]:
    return {"campaignId": campaign_id, "effectType": kind, "props": props}


ANSWERS = [
    [
        _effect(1, "setDiscountPerItem", name="Card price#0", value=Decimal("0.50")),
        _effect(2, "acceptCoupon", value="09-51111"),
        _effect(2, "setDiscountPerItem", name="Coupon#0", value=1),
    ],
    [],
    [
        _effect(
            -1,
            "rejectCoupon",
            value="18-52222",
            rejectionReason="CouponRejectedByCondition",
            conditionIndex=2,
        )
    ],
]


def _tally() -> Tally:
    tally = Tally()
    for basket, effects in zip(small_shop().baskets, ANSWERS, strict=True):
        tally.add(basket, 200, encode({"effects": effects}), 0.004)
    return tally


def _report(**fields: Any) -> Report:
    checks = [Check("coupons redeemed", Decimal(1), Decimal(1))]
    given = {
        "shop": small_shop(),
        "world": WORLD,
        "tally": _tally(),
        "checks": checks,
        "seconds": 1.5,
        **fields,
    }
    return Report(**given)


def _shown(report: Report, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    show_report(report, console)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]  # the file is ours
    return text


def test_answers_are_counted() -> None:
    tally = _tally()
    assert (tally.sessions, tally.codes) == (3, 2)
    assert tally.effects == {"setDiscountPerItem": 2, "acceptCoupon": 1, "rejectCoupon": 1}
    assert tally.discounts == {1: Decimal("0.50"), 2: Decimal(1)}
    assert tally.redeemed == {(1, "09-51111")}
    assert tally.refused[Reason("CouponRejectedByCondition", 2)].count == 1


def test_weeks_begin_on_monday_in_new_york() -> None:
    sales = {f"{day}": week.sales for day, week in _tally().weeks.items()}
    assert sales == {"2017-05-29": Decimal("11.98"), "2017-10-30": Decimal("1.00")}


def test_the_report_tells_what_happened() -> None:
    text = _shown(_report())
    assert "3 closed in 1.5 s" in text
    assert "2 sessions a second" in text
    assert "$12.98 before discounts" in text
    assert "$1.50 (11.6 %)" in text
    assert "no product of the coupon is in the basket" in text
    assert "18-52222 of household 1 on 1 November" in text
    assert "✓   coupons redeemed" in text


def test_the_report_fits_a_narrow_terminal() -> None:
    assert max(len(line) for line in _shown(_report(), width=60).splitlines()) <= 60


def test_a_check_that_fails_shows_both_figures() -> None:
    report = _report(checks=[Check("sales, by customer", Decimal(5), Decimal("4.5"))])
    assert not report.is_right
    assert "✗   sales, by customer   4.5, not 5" in _shown(report)


def test_a_basket_that_was_not_answered_is_told() -> None:
    tally = _tally()
    tally.add(small_shop().baskets[0], 503, b"busy", 0.1)
    report = _report(tally=tally)
    assert not report.is_right
    assert "basket 100: 503: busy" in _shown(report)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason("CouponRejectedByCondition", 1), "the household was not sent the campaign"),
        (Reason("CampaignLimitReached", None), "the campaign had redeemed all of its 500 coupons"),
        (Reason("CouponRejectedByCondition", None), "CouponRejectedByCondition"),
        (Reason("SomethingNew", None), "SomethingNew"),
    ],
)
def test_reasons_have_words(reason: Reason, words: str) -> None:
    assert explain(reason) == words


@pytest.fixture
def next_steps() -> str:
    console = Console(file=io.StringIO(), width=80, color_system=None)
    settings = load({"TERCEL_ADMIN_PASSWORD": "secret of demo", "TERCEL_HOME": str(Path.cwd() / ".demo")})
    world = msgspec.structs.replace(WORLD, integration_key="a" * 64, management_key="b" * 64)
    show_next_steps(console, world, settings, find_example(small_shop(), {(1, "09-51111")}))
    return console.file.getvalue()  # type: ignore[attr-defined]  # the file is ours


def test_the_next_steps_have_keys_and_a_request(next_steps: str) -> None:
    assert "curl -s -X PUT http://127.0.0.1:8000/v2/customer_sessions/my-first-cart" in next_steps
    assert f"'Authorization: ApiKey-v1 {'a' * 64}'" in next_steps
    assert "X-Tercel-Now: 2017-06-03T04:30:00Z" in next_steps
    assert "admin@example.com  ·  secret of demo" in next_steps


def test_what_is_to_be_copied_stands_alone_on_its_line(next_steps: str) -> None:
    lines = next_steps.splitlines()
    assert {"a" * 64, "b" * 64, "./tercel verify --home .demo", "make serve"} <= set(lines)
