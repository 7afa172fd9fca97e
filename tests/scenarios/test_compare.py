"""A comparison that cannot fail proves nothing: each kind of difference is told (behaviour/language 15)."""

from decimal import Decimal

import pytest

from tercel.scenario.cases import Case
from tercel.scenario.compare import Answer, differences

_DISCOUNT = {"effectType": "setDiscount", "props": {"name": "x", "value": 5}}
_REFUSAL = {"effectType": "rejectCoupon", "props": {"value": "A", "rejectionReason": "CouponExpired"}}


def _case(**keys: object) -> Case:
    return Case(scenario="s", name="c", campaigns=[], context={}, session={}, **keys)  # type: ignore[arg-type]


def _answer(*effects: dict, failures: list[dict] | None = None) -> Answer:
    return Answer(effects=list(effects), failures=failures, session_total=Decimal(20))


def test_equal_by_value() -> None:
    got = {"effectType": "setDiscount", "campaignId": 1, "props": {"name": "x", "value": Decimal("5.00")}}
    assert differences(_case(expected=[_DISCOUNT]), _answer(got)) == []


@pytest.mark.parametrize(
    ("got", "words"),
    [
        ([], "missing"),
        ([_DISCOUNT, _DISCOUNT], "not expected"),
        ([{"effectType": "setDiscount", "props": {"name": "x", "value": 6}}], "got"),
        ([{"effectType": "setDiscount", "props": {"name": "x", "value": 5, "scope": "cartItems"}}], "got"),
        ([{"effectType": "setDiscount", "props": {"name": "x", "value": True}}], "got"),
    ],
)
def test_effect_differs(got: list[dict], words: str) -> None:
    found = differences(_case(expected=[_DISCOUNT]), _answer(*got))
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(("wanted", "got"), [(1, True), (True, 1), (0, False), (False, 0)])
def test_truth_is_no_number(wanted: object, got: object) -> None:
    def effect(value: object) -> dict:
        return {"effectType": "customEffect", "props": {"payload": {"a": [value]}}}

    assert differences(_case(expected=[effect(wanted)]), _answer(effect(got))) != []
    assert differences(_case(expected=[effect(wanted)]), _answer(effect(wanted))) == []


def test_order_matters() -> None:
    assert len(differences(_case(expected=[_DISCOUNT, _REFUSAL]), _answer(_REFUSAL, _DISCOUNT))) == 2


def test_refusals_hide_indices() -> None:
    got = {"effectType": "rejectCoupon", "props": {**_REFUSAL["props"], "conditionIndex": 0, "details": "…"}}
    assert differences(_case(expected=[_REFUSAL]), _answer(got)) == []


def test_placeholders() -> None:
    wanted = {"effectType": "addLoyaltyPoints", "props": {"transactionUUID": "<uuid>", "code": "<code>"}}
    right = {"transactionUUID": "0b0f2b6c-0000-4000-8000-000000000000", "code": "A"}
    assert differences(_case(expected=[wanted]), _answer({**wanted, "props": right})) == []
    wrong = {**right, "transactionUUID": "none"}
    assert differences(_case(expected=[wanted]), _answer({**wanted, "props": wrong})) != []


@pytest.mark.parametrize(
    ("failures", "count"),
    [
        ([{"campaign": 0, "ruleIndex": 0, "conditionIndex": 1}], 0),
        ([{"campaign": 0, "ruleIndex": 0, "effectIndex": 1}], 1),
        ([], 1),
        ([{"ruleIndex": 0, "conditionIndex": 1}, {"ruleIndex": 1, "conditionIndex": 0}], 1),
        (None, 0),
    ],
)
def test_failures(failures: list[dict] | None, count: int) -> None:
    case = _case(expected=[], failures=[{"ruleIndex": 0, "conditionIndex": 1}])
    assert len(differences(case, _answer(failures=failures))) == count


def test_totals() -> None:
    case = _case(expected=[_DISCOUNT], expected_totals={"discount": 5, "payable": 14})
    assert differences(case, _answer(_DISCOUNT)) == ["payable: expected 14, got 15"]
