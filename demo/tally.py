"""Counting what the answers to the baskets say. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import msgspec

from demo.shop import ZONE, Basket
from tercel.base.numbers import ZERO


class Effect(msgspec.Struct, rename="camel"):
    """What is counted of an effect."""

    campaign_id: int
    effect_type: str
    props: msgspec.Raw


class Refusal(msgspec.Struct, rename="camel"):
    """Why a code was not accepted."""

    value: str
    rejection_reason: str
    condition_index: int | None = None


class _Discount(msgspec.Struct):
    value: Decimal


class _Acceptance(msgspec.Struct):
    value: str


class _State(msgspec.Struct):
    effects: list[Effect]


class Reason(NamedTuple):
    """A reason of the API; when a condition did not hold, which one."""

    name: str
    condition: int | None


class Refused(msgspec.Struct):
    """How many codes were refused for a reason, and the first of them."""

    count: int
    household: int
    code: str
    day: date


class Week(msgspec.Struct):
    """What a week came to."""

    sales: Decimal = ZERO
    discounts: Decimal = ZERO


_STATE = msgspec.json.Decoder(_State)
_DISCOUNT = msgspec.json.Decoder(_Discount)
_REFUSAL = msgspec.json.Decoder(Refusal)
_ACCEPTANCE = msgspec.json.Decoder(_Acceptance)


class Tally:
    """Sums over all answers so far. Amounts are dollars, latencies seconds."""

    def __init__(self) -> None:
        self.sessions = 0
        self.codes = 0
        self.failures: list[str] = []
        self.latencies: list[float] = []
        self.effects: Counter[str] = Counter()
        self.discounts: defaultdict[int, Decimal] = defaultdict(Decimal)
        self.accepted: Counter[int] = Counter()
        self.redeemed: set[tuple[int, str]] = set()
        self.refused: dict[Reason, Refused] = {}
        self.weeks: defaultdict[date, Week] = defaultdict(Week)

    def add(self, basket: Basket, status: int, body: bytes, seconds: float) -> None:
        """Count the answer to one basket."""
        if status != 200:
            self.failures.append(f"basket {basket.id}: {status}: {body.decode(errors='replace')}")
            return
        self.sessions += 1
        self.codes += len(basket.codes)
        self.latencies.append(seconds)
        day = basket.at.astimezone(ZONE).date()
        week = self.weeks[day - timedelta(days=day.weekday())]
        week.sales += Decimal(basket.total).scaleb(-2)
        for effect in _STATE.decode(body).effects:
            self.effects[effect.effect_type] += 1
            if effect.effect_type.startswith("setDiscount"):
                value = _DISCOUNT.decode(effect.props).value
                self.discounts[effect.campaign_id] += value
                week.discounts += value
            elif effect.effect_type == "acceptCoupon":
                self.accepted[effect.campaign_id] += 1
                self.redeemed.add((basket.household, _ACCEPTANCE.decode(effect.props).value))
            elif effect.effect_type == "rejectCoupon":
                self._refuse(_REFUSAL.decode(effect.props), basket, day)

    def percentile(self, share: float) -> float:
        """Return the latency that a share (0 to 1) of the answers kept below."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def _refuse(self, refusal: Refusal, basket: Basket, day: date) -> None:
        reason = Reason(refusal.rejection_reason, refusal.condition_index)
        first = Refused(0, basket.household, refusal.value, day)
        self.refused.setdefault(reason, first).count += 1
