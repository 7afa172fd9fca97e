"""The run of an evaluation: the globals that rules read (rules.md 3.2), and the scope that names them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from tercel.evaluation.cart import Item
from tercel.evaluation.membership import Achievements, Loyalty, LoyaltyCard
from tercel.evaluation.people import Coupon, Profile, Referral
from tercel.evaluation.session import Session
from tercel.evaluation.surroundings import Account, Application, Campaign, Event, Store
from tercel.language.kinds import ENTITY, LIST, TIME
from tercel.language.run import Run
from tercel.language.scope import Global, Scope


class EvaluationRun(Run):
    """What rules see. None reads as ``missing``; coupon, referral, advocate and campaign change from run to run.

    ``memberships`` makes the entities about points and progress when a rule first reads them.
    """

    __slots__ = (
        "account", "advocate_profile", "application", "campaign", "coupon", "event", "memberships", "profile",
        "referral", "session", "store",
    )  # fmt: skip

    def __init__(self, *, now: datetime, zone: tzinfo, is_late: Callable[[], bool] | None = None) -> None:
        super().__init__(now=now, zone=zone, is_late=is_late)
        self.session: Session | None = None
        self.profile: Profile | None = None
        self.advocate_profile: Profile | None = None
        self.event: Event | None = None
        self.store: Store | None = None
        self.coupon: Coupon | None = None
        self.referral: Referral | None = None
        self.campaign: Campaign | None = None
        self.application: Application | None = None
        self.account: Account | None = None
        self.memberships: Any = None

    @property
    def loyalty(self) -> Loyalty:
        """The loyalty programs by name."""
        made: Loyalty = self.memberships.loyalty()
        return made

    @property
    def loyalty_card(self) -> LoyaltyCard | None:
        """The first valid card."""
        made: LoyaltyCard | None = self.memberships.loyalty_card()
        return made

    @property
    def achievements(self) -> Achievements:
        """The achievements by name."""
        made: Achievements = self.memberships.achievements()
        return made

    @property
    def value_map_items(self) -> list[Item] | None:
        """The cart through the campaign's value map."""
        made: list[Item] | None = self.memberships.own_value_map_items()
        return made


GLOBALS = {
    "Session": Global("session", ENTITY, Session),
    "Profile": Global("profile", ENTITY, Profile),
    "AdvocateProfile": Global("advocate_profile", ENTITY, Profile),
    "Event": Global("event", ENTITY, Event),
    "Coupon": Global("coupon", ENTITY, Coupon),
    "Referral": Global("referral", ENTITY, Referral),
    "Campaign": Global("campaign", ENTITY, Campaign),
    "Application": Global("application", ENTITY, Application),
    "Account": Global("account", ENTITY, Account),
    "Store": Global("store", ENTITY, Store),
    "Loyalty": Global("loyalty", ENTITY, Loyalty),
    "LoyaltyCard": Global("loyalty_card", ENTITY, LoyaltyCard),
    "Achievements": Global("achievements", ENTITY, Achievements),
    "Value_map_items": Global("value_map_items", LIST, Item),
    "Now": Global("now", TIME),
}

#: The names that every rule sees.
RULE_SCOPE = Scope(globals=GLOBALS)
