"""The run of an evaluation: the globals that rules read (behaviour/evaluation 7), and the scope that names them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from tercel.evaluation.entities.achievements import Achievements
from tercel.evaluation.entities.campaign import Account, Application, Campaign
from tercel.evaluation.entities.cart import Item
from tercel.evaluation.entities.codes import Coupon, Referral
from tercel.evaluation.entities.event import Event, Store
from tercel.evaluation.entities.loyalty import Loyalty, LoyaltyCard
from tercel.evaluation.entities.profile import Profile
from tercel.evaluation.entities.session import Session
from tercel.language.running.run import Run
from tercel.language.running.scope import Global, Scope
from tercel.language.values.kinds import ENTITY, LIST, TIME


class EvaluationRun(Run):
    """State that expressions read. None reads as ``missing``; coupon, referral, advocate and campaign change from run to run.

    ``memberships`` creates the entities for points and progress when a rule first reads them.
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
    "Session": Global("session", ENTITY, Session, "the cart; unset for an event that no session caused"),
    "Profile": Global("profile", ENTITY, Profile, "the customer; unset where the request names none"),
    "AdvocateProfile": Global(
        "advocate_profile",
        ENTITY,
        Profile,
        "the customer who recommends; unset without a valid referral code",
    ),
    "Event": Global(
        "event", ENTITY, Event, "what happened: the session's own event, or one that a client sent"
    ),
    "Coupon": Global(
        "coupon", ENTITY, Coupon, "the coupon that the rules run for; unset where they run without one"
    ),
    "Referral": Global(
        "referral", ENTITY, Referral, "the referral of the session; unset without one of this campaign"
    ),
    "Campaign": Global("campaign", ENTITY, Campaign, "the campaign whose rules run"),
    "Application": Global("application", ENTITY, Application, "the shop that the request belongs to"),
    "Account": Global("account", ENTITY, Account, "the account that owns everything"),
    "Store": Global("store", ENTITY, Store, "the store that the request names; unset without one"),
    "Loyalty": Global("loyalty", ENTITY, Loyalty, "the loyalty programs, by their API names"),
    "LoyaltyCard": Global("loyalty_card", ENTITY, LoyaltyCard, "the first valid card of the session"),
    "Achievements": Global("achievements", ENTITY, Achievements, "the achievements, by their API names"),
    "Value_map_items": Global(
        "value_map_items",
        LIST,
        Item,
        "the units of the cart that the campaign's value map knows, each with its value",
    ),
    "Now": Global("now", TIME, None, "the time of the request, or the one that a dry request asks for"),
}

#: The names that every rule sees.
RULE_SCOPE = Scope(globals=GLOBALS)
