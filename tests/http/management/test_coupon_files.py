"""Coupons as files over HTTP (behaviour/csv 1, 3, 4, 5)."""

import csv
import io
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tercel.base import limits
from tercel.base.errors import UnavailableError
from tercel.http.kernel.places import Places
from tercel.http.kernel.runtime import Runtime
from tercel.settings import Settings
from tests.support.shop import Shop, rule

_NEW = {
    "usageLimit": 3,
    "numberOfCoupons": 1,
    "validCharacters": ["A"],
}


@pytest.fixture
def campaign(shop: Shop) -> dict[str, Any]:
    """A campaign with codes."""
    return shop.campaign(rule(["setDiscount", "d", 1], when=["and", ["couponValid"]]))


@pytest.fixture
def path(shop: Shop, campaign: dict[str, Any]) -> str:
    """Where its coupons are imported."""
    return f"{shop.path}/campaigns/{campaign['id']}/import_coupons"


def _send(shop: Shop, path: str, content: bytes | str, **query: Any) -> httpx.Response:
    data = content.encode() if isinstance(content, str) else content
    return shop.management.post(path, files={"upFile": ("codes.csv", data, "text/csv")}, params=query)


def _export(shop: Shop, **query: Any) -> list[dict[str, str]]:
    answer = shop.management.get(f"{shop.path}/export_coupons", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="coupons.csv"'
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def _told(answer: httpx.Response) -> list[tuple[int, str]]:
    assert answer.status_code == 400, answer.text
    return [(int(each["source"]["line"]), each["details"]) for each in answer.json()["errors"]]


def test_a_file_comes_in_and_goes_out(shop: Shop, path: str) -> None:
    file = "\r\n".join(
        [
            "\ufeffvalue;limitval;discountlimit;startdate;expirydate;recipientintegrationid;attributes",
            "00123;0;12.50;2030-01-01T00:00:00Z;2031-01-01T01:00:00+01:00;ann;{}",
            "-5A;;;;;;",
            "1E10;7;;;;;",
        ]
    )
    answer = _send(shop, path, file)
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert (made["entity"], made["amount"]) == ("Coupon", 3)
    assert set(made) == {"id", "created", "accountId", "userId", "entity", "amount"}
    rows = _export(shop, sort="id")
    assert [row["value"] for row in rows] == ["00123", "'-5A", "1E10"]
    first, second, third = rows
    assert (first["limitval"], first["discount_limitval"], first["recipientintegrationid"]) == (
        "0",
        "12.5",
        "ann",
    )
    assert (first["startdate"], first["expirydate"]) == ("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z")
    assert (first["reservation"], second["reservation"]) == ("false", "true")
    assert (second["limitval"], third["limitval"], third["counter"]) == ("1", "7", "0")
    assert {row["importid"] for row in rows} == {str(made["id"])}
    assert len({row["batchid"] for row in rows}) == 1
    assert first["accountid"] == str(made["accountId"])


def test_what_goes_out_comes_in_elsewhere(shop: Shop, path: str, campaign: dict[str, Any]) -> None:
    assert _send(shop, path, "value,limitval\n00123,2\n'=1+1,3\n-5-,4\n").status_code == 200
    exported = shop.management.get(f"{shop.path}/export_coupons", params={"sort": "id"}).content
    deleted = shop.management.delete(f"{shop.path}/campaigns/{campaign['id']}/coupons")
    assert deleted.status_code == 204
    assert _export(shop) == []
    assert _send(shop, path, exported).json()["amount"] == 3
    kept = [(row["value"], row["limitval"]) for row in _export(shop, sort="id")]
    assert kept == [("00123", "2"), ("'=1+1", "3"), ("'-5-", "4")]


def test_imported_codes_work(shop: Shop, path: str) -> None:
    _send(shop, path, "value\nWELCOME\n")
    answer = shop.update("s", couponCodes=[" WELCOME"], cartItems=[], state="closed")
    assert [effect["effectType"] for effect in answer["effects"]] == ["acceptCoupon", "setDiscount"]


def test_all_or_nothing(shop: Shop, path: str) -> None:
    lines = ["value,limitval", *(f"CODE-{number},1" for number in range(2, 2502))]
    lines[2400] = "CODE-2401,many"
    lines[17] = "CODE-16,1"
    told = _told(_send(shop, path, "\n".join(lines)))
    assert told == [
        (18, "the code `CODE-16` is in the file twice"),
        (2401, "limitval must be a whole number such as `5`"),
    ]
    assert _export(shop) == []


def test_codes_that_exist(shop: Shop, path: str) -> None:
    assert _send(shop, path, "value\nFIRST\n").status_code == 200
    assert _told(_send(shop, path, "value\nSECOND\nFIRST\n")) == [(3, "there is already a coupon `FIRST`")]
    again = "value\nSECOND\nFIRST\nSECOND\nfirst\n"
    assert _told(_send(shop, path, again)) == [(4, "the code `SECOND` is in the file twice")]
    assert _send(shop, path, again, skipDuplicates=True).json()["amount"] == 2
    assert _send(shop, path, again, skipDuplicates=True).json()["amount"] == 0
    assert [row["value"] for row in _export(shop, sort="value")] == ["FIRST", "SECOND", "first"]


def test_codes_are_folded_as_the_application_does(shop: Shop, path: str) -> None:
    setting = {**shop.application, "caseSensitivity": "insensitive-uppercase"}
    assert shop.management.put(shop.path, json=setting).status_code == 200
    assert _told(_send(shop, path, "value\nabc\n ABC\n")) == [(3, "the code `ABC` is in the file twice")]
    assert _send(shop, path, "value\nabc\n").status_code == 200
    assert [row["value"] for row in _export(shop)] == ["ABC"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("A" * (limits.IMPORTED_CODE_LENGTH_MIN - 1) + ",,,", "a code has 3 to 200 characters"),
        ("A\tBC,,,", "a code holds visible characters only"),
        ("ABC,-1,,", "limitval: expected `int` >= 0"),
        ("ABC,,-1,", "discountLimit must be between 0 and"),
        ("ABC,,,2029-12-31T00:00:00Z", "expiryDate must be later than startDate"),
    ],
)
def test_what_no_coupon_can_have(shop: Shop, path: str, line: str, told: str) -> None:
    value, limit, discount, expiry = line.split(",")
    file = f"value,limitval,discountlimit,expirydate,startdate\n{value},{limit},{discount},{expiry},2030-01-01T00:00:00Z\n"
    [(number, details)] = _told(_send(shop, path, file))
    assert number == 2
    assert details.startswith(told)


def test_attributes_are_checked(shop: Shop, path: str) -> None:
    file = 'value,attributes\nABC,"{""Unheard"": 1}"\n'
    assert _told(_send(shop, path, file)) == [
        (2, 'The attribute "Unheard" is not defined on Coupon entities.')
    ]


def test_a_hundred_lines_are_told(shop: Shop, path: str) -> None:
    answer = _send(shop, path, "value,limitval\n" + "\n".join(f"CODE{n},x" for n in range(2, 133)))
    assert len(_told(answer)) == limits.REFUSED_LINES_SHOWN_MAX
    assert (
        answer.json()["message"]
        == "nothing was imported: 131 lines cannot be accepted; 31 more are not shown"
    )


def test_filters_and_order(shop: Shop, path: str, campaign: dict[str, Any]) -> None:
    _send(shop, path, "value,limitval\nAAA1,1\nAAA2,2\nBBB3,3\n")
    other = shop.campaign(rule(["setDiscount", "d", 1]))
    shop.coupon(other, "CCC4")
    assert [row["value"] for row in _export(shop, sort="-value")] == ["CCC4", "BBB3", "AAA2", "AAA1"]
    assert [row["value"] for row in _export(shop, campaignId=other["id"])] == ["CCC4"]
    assert [row["value"] for row in _export(shop, value="AAA", sort="value")] == ["AAA1", "AAA2"]
    assert _export(shop, valuesOnly=True, value="BBB") == [{"value": "BBB3"}]
    assert _export(shop, deletedAfter="2020-01-01T00:00:00Z") == []
    assert _export(shop, value="AAA1", dateFormat="excel")[0]["created"].count(":") == 2
    refused = shop.management.get(f"{shop.path}/export_coupons", params={"sort": "vlaue"})
    assert refused.status_code == 400
    assert "value" in refused.json()["errors"][0]["details"]


def test_more_than_a_piece(shop: Shop, path: str) -> None:
    codes = [f"CODE{number:05}" for number in range(4_321)]
    assert _send(shop, path, "value\n" + "\n".join(codes)).json()["amount"] == len(codes)
    assert [row["value"] for row in _export(shop, sort="value", valuesOnly=True)] == codes


def test_head_sends_no_file(shop: Shop) -> None:
    answer = shop.management.head(f"{shop.path}/export_coupons")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"files": {"file": ("any name", b"value\nABC\n")}}, 200),
        ({"files": {"upFile": ("x.csv", b"value\nABC\n")}, "data": {"more": "fields"}}, 200),
        ({"files": [("upFile", ("a", b"value\nA\n")), ("other", ("b", b"value\nB\n"))]}, 400),
        ({"data": {"upFile": "x"}}, 400),
        ({"content": b"value\nABC\n", "headers": {"Content-Type": "text/csv"}}, 400),
        ({"content": b"no form", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400),
        ({"content": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400),
        ({"content": b"", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ({"files": {"upFile": ("x.csv", b"")}}, 400),
    ],
)
def test_forms(shop: Shop, path: str, sent: dict[str, Any], status: int) -> None:
    answer = shop.management.post(path, **sent)
    assert answer.status_code == status, answer.text


def test_a_form_has_so_many_parts(shop: Shop, path: str) -> None:
    fields = {f"field{number}": "" for number in range(limits.FORM_PARTS_MAX)}
    file = {"upFile": ("x.csv", b"value\nABC\n")}
    assert shop.management.post(path, files=file, data=fields).status_code == 413
    fields.popitem()
    assert shop.management.post(path, files=file, data=fields).status_code == 200


def test_a_part_has_so_large_a_head(shop: Shop, path: str) -> None:
    def send(size: int) -> int:
        head = b'--x\r\nContent-Disposition: form-data; name="upFile"\r\nX: ' + b"y" * size
        content = head + b"\r\n\r\nvalue\nABC\r\n--x--\r\n"
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        return shop.management.post(path, content=content, headers=kind).status_code

    assert send(limits.FORM_HEAD_BYTES_MAX) == 413
    assert send(limits.FORM_HEAD_BYTES_MAX - 100) == 200


def test_a_file_has_so_many_bytes(shop: Shop, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tercel.http.kernel.upload.IMPORT_BYTES_MAX", 10_000)
    assert _send(shop, path, "value\n" + "\n".join(f"CODE{n}" for n in range(2_000))).status_code == 413
    assert _send(shop, path, "value\nABC\n").status_code == 200


def test_a_file_has_so_many_lines(shop: Shop, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tercel.features.common.csv.importing.IMPORT_LINES_MAX", 3)
    assert _send(shop, path, "value\nAAA\nBBB\nCCC\nDDD\n").status_code == 413
    assert _send(shop, path, "value\nAAA\nBBB\nCCC\n").status_code == 200


@pytest.mark.parametrize(("kind", "most"), [("imports", limits.IMPORTS_MAX), ("exports", limits.EXPORTS_MAX)])
def test_so_many_at_once(kind: str, most: int, settings: Settings) -> None:
    places: Places = getattr(Runtime(settings), kind)
    for _ in range(2):
        with ExitStack() as taken:
            for _ in range(most):
                taken.enter_context(places.one())
            with pytest.raises(UnavailableError, match="too many files"), places.one():
                pass


def test_a_file_goes_out_in_so_many_seconds(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.EXPORT_SECONDS_MAX > limits.TRANSACTION_SECONDS_MAX
    monkeypatch.setattr("tercel.http.kernel.sending.EXPORT_SECONDS_MAX", 0)
    assert shop.management.get(f"{shop.path}/export_coupons").status_code == 503
