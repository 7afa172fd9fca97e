"""Entities `Profile`, `Coupon` and `Referral` of the rule language (behaviour/evaluation 7)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from tercel.evaluation.snapshot import CouponFacts, ReferralFacts
from tercel.language.values.entity import Entity, Field
from tercel.language.values.kinds import (
    MAP,
    NUMBER,
    STRING,
    TIME,
)


class Coupon(Entity):
    """The coupon in scope. ``discount_counter`` includes what this evaluation has granted (behaviour/evaluation 7)."""

    __slots__ = ("attributes", "discount_counter", "facts")
    FIELDS: ClassVar[dict[str, Field]] = {
        "Value": Field("value", STRING, "the code"),
        "Id": Field("id_number", NUMBER, "id of the coupon"),
        "Attributes": Field("attributes", MAP, "attributes of the coupon by name"),
        "UsageLimit": Field("usage_limit", NUMBER, "how often it can be redeemed; 0 is without limit"),
        "UsageCounter": Field("usage_counter", NUMBER, "how often it was redeemed"),
        "DiscountLimit": Field("discount_limit", NUMBER, "how much discount it can give"),
        "DiscountCounter": Field("discount_counter", NUMBER, "how much discount it has given"),
        "DiscountRemainder": Field("discount_remainder", NUMBER, "how much discount it can still give"),
        "StartDate": Field("start_date", TIME, "when it starts to be valid"),
        "ExpiryDate": Field("expiry_date", TIME, "when it stops being valid"),
        "RecipientIntegrationId": Field(
            "recipient_integration_id", STRING, "the only profile that may use it"
        ),
        "BatchId": Field("batch_id", STRING, "batch it was created in"),
        "ReservationLimit": Field("reservation_limit", NUMBER, "how many profiles may reserve it"),
    }

    def __init__(self, facts: CouponFacts) -> None:
        self.facts = facts
        self.attributes = facts.attributes
        self.discount_counter = facts.discount_counter

    @property
    def value(self) -> str:
        """The code."""
        return self.facts.value

    @property
    def id_number(self) -> Decimal:
        """The id as a number of the language."""
        return Decimal(self.facts.id)

    @property
    def usage_limit(self) -> Decimal:
        """Redemptions allowed; 0 is without limit."""
        return Decimal(self.facts.usage_limit)

    @property
    def usage_counter(self) -> Decimal:
        """Redemptions of closed sessions."""
        return Decimal(self.facts.usage_counter)

    @property
    def discount_limit(self) -> Decimal | None:
        """Discount allowed in all."""
        return self.facts.discount_limit

    @property
    def discount_remainder(self) -> Decimal | None:
        """Discount still allowed; None without a limit."""
        limit = self.facts.discount_limit
        return None if limit is None else limit - self.discount_counter

    @property
    def start_date(self) -> datetime | None:
        """First instant of validity."""
        return self.facts.start_date

    @property
    def expiry_date(self) -> datetime | None:
        """First instant after validity."""
        return self.facts.expiry_date

    @property
    def recipient_integration_id(self) -> str | None:
        """The only profile that may use it."""
        return self.facts.recipient_integration_id

    @property
    def batch_id(self) -> str | None:
        """The batch."""
        return self.facts.batch_id

    @property
    def reservation_limit(self) -> Decimal | None:
        """Reservations allowed."""
        limit = self.facts.reservation_limit
        return None if limit is None else Decimal(limit)


class Referral(Entity):
    """The referral in scope."""

    __slots__ = ("attributes", "facts")
    FIELDS: ClassVar[dict[str, Field]] = {
        "Code": Field("code", STRING, "the code"),
        "Value": Field("code", STRING, "the same as Code"),
        "AdvocateIntegrationId": Field("advocate_integration_id", STRING, "profile that recommends"),
        "FriendIntegrationId": Field("friend_integration_id", STRING, "the only profile that may use it"),
        "UsageCounter": Field("usage_counter", NUMBER, "how often it was redeemed"),
        "UsageLimit": Field("usage_limit", NUMBER, "how often it can be redeemed; 0 is without limit"),
        "Attributes": Field("attributes", MAP, "attributes of the referral by name"),
    }

    def __init__(self, facts: ReferralFacts) -> None:
        self.facts = facts
        self.attributes = facts.attributes

    @property
    def code(self) -> str:
        """The code."""
        return self.facts.code

    @property
    def advocate_integration_id(self) -> str:
        """The profile that recommends."""
        return self.facts.advocate_integration_id

    @property
    def friend_integration_id(self) -> str | None:
        """The only profile that may use it."""
        return self.facts.friend_integration_id

    @property
    def usage_counter(self) -> Decimal:
        """Redemptions of closed sessions."""
        return Decimal(self.facts.usage_counter)

    @property
    def usage_limit(self) -> Decimal:
        """Redemptions allowed; 0 is without limit."""
        return Decimal(self.facts.usage_limit)
