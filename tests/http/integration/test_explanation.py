"""The example of the documentation is what the server answers."""

import json
from pathlib import Path
from typing import Any

from tests.support.golden import CompareWithFile
from tests.support.shop import ITEMS, TOTAL, Shop, item, rule

_PAGE = Path(__file__).parents[3] / "docs" / "explanation.md"
_MARK = "<!-- example -->\n"
_HATS = ["filter", ITEMS, [["Item"], ["catch", False, ["=", [".", "Item", "Category"], "hats"]]]]
_TEN_PERCENT = rule(
    ["setDiscount", "Ten percent", ["*", TOTAL, ["/", 10, 100]]],
    when=["and", ["couponValid"], [">=", TOTAL, 50]],
    title="Ten percent from 50",
)
_TWO_HATS = rule(["setDiscount", "Two hats", 5], when=["and", [">=", ["count", _HATS], 2]], title="Two hats")
_MEMBERS = rule(
    ["setDiscount", "Members", 3],
    when=["and", ["=", [".", "Session", "Attributes", "Tier"], "gold"]],
    title="Gold",
)


def _numbered(value: Any, names: dict[int, int]) -> Any:
    """The answer with the campaigns numbered from 1, because their ids differ from run to run."""
    if isinstance(value, dict):
        return {
            key: names[each] if key == "campaignId" else _numbered(each, names) for key, each in value.items()
        }
    return [_numbered(each, names) for each in value] if isinstance(value, list) else value


def _block(value: Any) -> str:
    return f"```json\n{json.dumps(value, indent=2, ensure_ascii=False)}\n```\n"


def test_example(shop: Shop, golden: CompareWithFile) -> None:
    ten_percent = shop.campaign(_TEN_PERCENT, name="Ten percent")
    shop.coupon(ten_percent, "SUMMER10")
    campaigns = [
        ten_percent,
        shop.campaign(_TWO_HATS, name="Two hats"),
        shop.campaign(_MEMBERS, name="Members"),
    ]
    session = {
        "couponCodes": ["SUMMER10"],
        "cartItems": [item("BERET", 15.5, category="hats"), item("SCARF", 26.1)],
    }
    answer = shop.update("cart-1", query="?dry=true&explain=true", **session)
    names = {campaign["id"]: number for number, campaign in enumerate(campaigns, 1)}
    shown = {name: _numbered(answer[name], names) for name in ("trace", "nudges")}
    example = _block({"customerSession": session}) + "\nand the parts of the answer are:\n\n" + _block(shown)
    before, mark, _ = _PAGE.read_text(encoding="utf-8").partition(_MARK)
    assert mark
    golden(_PAGE, before + mark + "\n" + example)
