"""What the linter is told of the surroundings of a rule set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
class LoyaltyProgram:
    """A loyalty program that rules may name. ``starts_at_once`` says that points are active from the beginning where a rule does not say
    otherwise; ``takes_active_back`` that a cancelled session takes back active points too, not only pending ones."""

    is_card_based: bool = False
    starts_at_once: bool = True
    takes_active_back: bool = True
    tiers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Setting:
    """The campaign and application that rules run in, as far as the caller knows them.

    ``known`` is what rules may refer to, by topic as in ``check``; of ``attributes`` the texts are such as
    ``Session.channel`` or ``Item.brand``. ``has_codes`` says that the campaign has coupons or referrals; ``programs`` are
    those that are known, by id and by name. The others are
    settings of the application: partial rewards by default, one unit per item, discounts capped at what is left to pay,
    the decimals of its currency (None when the currency is not known).
    """

    limits: tuple[Budget, ...] = ()
    known: Known = field(default_factory=dict)
    has_codes: bool = False
    programs: Mapping[str, LoyaltyProgram] = field(default_factory=dict)
    allows_partial: bool = False
    is_flattened: bool = True
    caps_discounts: bool = False
    currency_digits: int | None = None
