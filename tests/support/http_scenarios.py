"""The second driver of scenarios: each case is set up through the API of a real server, sent, and compared."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.cli.stories.surroundings import Surroundings
from tercel.scenario.compare import Answer


class HttpCase(Surroundings):
    """A case in an application of its own. ``counters`` tells what is used up at a moment."""

    def send(self, state: str | None = None) -> Answer:
        """Send the session of the case, in another state if one is given; the answer in the terms of the case."""
        session = {**self._case.session, "profileId": self._profile_of_case()}
        answer = self._put("the session", {**session, "state": state or session.get("state", "open")})
        totals = answer["customerSession"]
        return Answer(
            effects=self._translated(answer["effects"]),
            failures=[self._failure(each) for each in answer["ruleFailureReasons"]],
            session_total=Decimal(totals["total"]),
        )

    def counters(self) -> dict[str, Any]:
        """What is used of every campaign and of the codes of the case; what rules create stays and does not count."""
        found: dict[str, Any] = {}
        for campaign_id in self._campaign_ids:
            path = f"{self._path}/campaigns/{campaign_id}"
            campaign = self._get(path)
            found[path] = campaign["budgets"]
            found |= {
                f"{path}/{name}": value
                for name, value in campaign.items()
                if name.endswith("Count") and not name.endswith("CreationCount")
            }
            for coupon in self._get(f"{path}/coupons")["data"]:
                if coupon["id"] in self._coupon_ids:
                    found[coupon["value"]] = coupon["usageCounter"], coupon["discountCounter"]
            for referral in self._get(f"{path}/referrals")["data"]:
                found[referral["code"]] = referral["usageCounter"]
        return found
