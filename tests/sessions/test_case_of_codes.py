"""An application that minds the case of codes in another way than before: what was redeemed can still be given back (behaviour/codes 2)."""

from typing import Any

import pytest

from tests.support.shop import Shop, item, rule


@pytest.mark.parametrize("limit", [0, 5])
@pytest.mark.parametrize("kind", ["coupon", "referral"])
def test_a_code_that_is_not_found_any_more_is_given_back(shop: Shop, kind: str, limit: int) -> None:
    shop.management.put(shop.path, json={**shop.application, "caseSensitivity": "sensitive"})
    when = ["and", ["couponValid" if kind == "coupon" else "referralValid"]]
    campaign = shop.campaign(rule(["setDiscount", "d", 1], when=when), features=["coupons", "referrals"])
    if kind == "coupon":
        code = shop.coupon(campaign, "lower", usageLimit=limit)
        codes: dict[str, Any] = {"couponCodes": ["lower"]}
    else:
        body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": shop.ann, "usageLimit": limit}
        code = shop.integration.post("/v1/referrals", json=body).json()
        codes = {"referralCode": code["code"]}
    customer = {"profileId": f"bob of {shop.application['id']}"}
    shop.update("order", state="closed", cartItems=[item("A", 10)], **customer, **codes)
    folded = "insensitive-uppercase" if kind == "coupon" else "insensitive-lowercase"
    shop.management.put(shop.path, json={**shop.application, "caseSensitivity": folded}).raise_for_status()
    assert _uses(shop, campaign, kind) == 1
    undone = {effect["effectType"] for effect in shop.update("order", state="cancelled")["effects"]}
    assert undone == {"rollbackDiscount", f"rollback{kind.title()}"}
    assert _uses(shop, campaign, kind) == 0


def _uses(shop: Shop, campaign: dict[str, Any], kind: str) -> int:
    path = f"{shop.path}/campaigns/{campaign['id']}/{kind}s/no_total"
    return int(shop.management.get(path).json()["data"][0]["usageCounter"])
