"""What the linter is told of the surroundings of a rule set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from tercel.rules.check import Known


class Budget(Protocol):
    """A limit of the campaign on an action (behaviour/budgets 1), such as ``evaluation.snapshot.LimitFacts``."""

    @property
    def action(self) -> str:
        """What it limits."""

    @property
    def limit(self) -> Decimal:
        """How much of it, at most."""

    @property
    def entities(self) -> Iterable[str]:
        """What has a counter of its own; none means the whole campaign."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The campaign and application that rules run in, as far as the caller knows them.

    ``known`` is what rules may refer to, by topic as in ``check``; of ``attributes`` the texts are such as
    ``Session.channel`` or ``Item.brand``. ``has_codes`` says that the campaign has coupons or referrals. The others are
    settings of the application: partial rewards by default, one unit per item, discounts capped at what is left to pay,
    the decimals of its currency (None when the currency is not known).
    """

    limits: tuple[Budget, ...] = ()
    known: Known = field(default_factory=dict)
    has_codes: bool = False
    allows_partial: bool = False
    is_flattened: bool = True
    caps_discounts: bool = False
    currency_digits: int | None = None
