"""Campaigns for the tests of what belongs to them."""

from typing import Any

import httpx

from tests.support.server import created


def make_campaign(management: httpx.Client, application: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Create a campaign with coupons and referrals."""
    body = {
        "name": "Summer",
        "state": "enabled",
        "tags": [],
        "features": ["coupons", "referrals"],
        "limits": [],
        **fields,
    }
    return created(management.post(f"/v1/applications/{application['id']}/campaigns", json=body))
