"""Snapshot: all facts that an evaluation may see.

The caller of the engine gathers them: the pipeline from the database, a scenario file from its context, a
replay from stored sessions. Nothing here is a table row, and nothing is loaded later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from tercel.base.numbers import ZERO
from tercel.points.lots import Lot
from tercel.points.program import Program
from tercel.points.tiers.replay import NO_TIER, Standing
from tercel.points.tiers.terms import Dates


class Facts(msgspec.Struct, kw_only=True, gc=False):
    """Base of the fact structs. Treated as immutable by the evaluation."""


class CartLine(Facts, kw_only=True):
    """One line of the cart as sent; the evaluation expands it to units (behaviour/sessions 4).

    ``additional_costs`` are per unit. ``attributes`` hold language values (times as datetime, places as Location).
    """

    sku: str
    quantity: int
    price: Decimal
    name: str | None = None
    category: str | None = None
    product: str | None = None
    returned_quantity: int = 0
    weight: Decimal | None = None
    height: Decimal | None = None
    width: Decimal | None = None
    length: Decimal | None = None
    attributes: Mapping[str, Any] = {}
    additional_costs: Mapping[str, Decimal] = {}
    catalog_item_id: int | None = None


class SessionFacts(Facts, kw_only=True):
    """The session after the merge of the request onto what was stored, with the state it is moving to."""

    integration_id: str
    state: str = "open"
    id: int = 0
    created: datetime
    updated: datetime
    lines: list[CartLine]
    coupon_codes: list[str] = []
    referral_code: str | None = None
    loyalty_cards: list[str] = []
    identifiers: list[str] = []
    additional_costs: Mapping[str, Decimal] = {}
    attributes: Mapping[str, Any] = {}
    is_first: bool = True
    update_count: int = 1


class ProfileFacts(Facts, kw_only=True):
    """A customer profile. ``audiences`` are the ids of the audiences it belongs to now."""

    integration_id: str
    id: int = 0
    attributes: Mapping[str, Any] = {}
    closed_sessions: int = 0
    total_sales: Decimal = ZERO
    created: datetime
    last_activity: datetime | None = None
    audiences: frozenset[int] = frozenset()


class LimitFacts(Facts, kw_only=True):
    """A budget as configured (LimitConfig): ``entities`` in the order given, empty = the whole campaign."""

    action: str
    limit: Decimal
    period: str | None = None
    entities: tuple[str, ...] = ()


class CouponFacts(Facts, kw_only=True):
    """A coupon that the request names, with its counters as stored.

    ``limits`` are the coupon's own per-profile limits. ``has_reservation`` says whether the current profile
    reserved it.
    """

    id: int
    campaign_id: int
    value: str
    usage_limit: int = 0
    usage_counter: int = 0
    discount_limit: Decimal | None = None
    discount_counter: Decimal = ZERO
    reservation_limit: int | None = None
    reservation_counter: int = 0
    start_date: datetime | None = None
    expiry_date: datetime | None = None
    recipient_integration_id: str | None = None
    batch_id: str | None = None
    attributes: Mapping[str, Any] = {}
    limits: tuple[LimitFacts, ...] = ()
    is_reservation_mandatory: bool = False
    is_implicitly_reserved: bool = False
    has_reservation: bool = False


class ReferralFacts(Facts, kw_only=True):
    """The referral that the session names. ``advocate`` is None when that profile is gone. ``is_already_referred``
    says that the current profile redeemed a referral of the same campaign in a closed session.
    """

    id: int
    campaign_id: int
    code: str
    usage_limit: int = 0
    usage_counter: int = 0
    start_date: datetime | None = None
    expiry_date: datetime | None = None
    advocate_integration_id: str = ""
    friend_integration_id: str | None = None
    attributes: Mapping[str, Any] = {}
    advocate: ProfileFacts | None = None
    is_already_referred: bool = False


class StoreFacts(Facts, kw_only=True):
    """The store the session or event names."""

    id: int
    integration_id: str
    name: str = ""
    attributes: Mapping[str, Any] = {}


class EventFacts(Facts, kw_only=True):
    """The event being processed. ``types`` are all types whose conditions may match: a session created in state
    closed is both created and closed (behaviour/sessions 7); the first is the one recorded.
    """

    types: tuple[str, ...]
    created: datetime
    attributes: Mapping[str, Any] = {}


class GiveawayPoolFacts(Facts, kw_only=True):
    """A giveaway pool: name and the codes still free (id, code), as many as one evaluation may need."""

    id: int
    name: str
    free: list[tuple[int, str]] = []


class CustomEffectFacts(Facts, kw_only=True):
    """A custom effect definition: its payload template and parameter names."""

    id: int
    name: str
    payload: str = "{}"
    parameters: tuple[str, ...] = ()


class WebhookFacts(Facts, kw_only=True):
    """A webhook definition: its request, whose URL, header values and payload are templates."""

    id: int
    name: str
    verb: str = "POST"
    url: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    payload: str = ""


class AchievementFacts(Facts, kw_only=True):
    """An achievement with the progress of the current profile."""

    id: int
    name: str
    target: Decimal
    value: Decimal = ZERO
    state: str = "notStarted"
    tracker_id: int | None = None
    ends_at: datetime | None = None


class LoyaltyBalanceFacts(Facts, kw_only=True):
    """Balances of one ledger of the current profile (or of its card), and the lots that are left of it."""

    current: Decimal = ZERO
    pending: Decimal = ZERO
    negative: Decimal = ZERO
    tier: str | None = None
    tier_expires_at: datetime | None = None
    standing: Standing = NO_TIER
    lots: Sequence[Lot] = ()


class LoyaltyProgramFacts(Facts, kw_only=True):
    """A loyalty program as the current profile sees it. The main ledger is the subledger ``""``."""

    program: Program
    is_member: bool = False
    joined: datetime | None = None
    dates: Dates = Dates()
    subledgers: Mapping[str, LoyaltyBalanceFacts] = {}
    card_identifier: str | None = None
    is_card_registered: bool = False

    @property
    def id(self) -> int:
        """The id of the program."""
        return self.program.id

    @property
    def name(self) -> str:
        """The API name of the program."""
        return self.program.name

    @property
    def is_card_based(self) -> bool:
        """Whether cards have the points, not profiles."""
        return self.program.is_card_based


class CounterKey(NamedTuple):
    """Key of a counter of a campaign's budget.

    ``scope`` is ``""`` for the whole campaign, else ``Entity=value`` pairs joined by ``|`` in the order of
    LimitConfig.entities sorted by name, such as ``Coupon=12|Profile=5`` (Profile, Coupon, Referral, Store and Session
    by internal id; Identifier by its text). ``period`` is ``""`` or a key such as ``Y2026M8`` (behaviour/budgets 3).
    """

    campaign_id: int
    action: str
    scope: str
    period: str


class ChangedAttribute(NamedTuple):
    """Identity of an attribute change: campaign, index of the rule, coupon of the run, and path."""

    campaign_id: int
    rule_index: int
    coupon_id: int | None
    path: str


class Wants(msgspec.Struct, frozen=True):
    """Parts of the outcome that the caller asks for beside the effects; each costs only when asked for."""

    failures: bool = False
    eligibility: bool = False
    trace: bool = False


class Snapshot(Facts, kw_only=True):
    """All facts of one evaluation.

    ``coupons`` maps each code as sent to its coupon, None when unknown. ``counters`` holds the stored use of the
    limits that may matter; an absent key counts as zero. ``seed`` makes generated codes and ids reproducible.
    ``evaluable_campaign_ids`` is set for dry requests that name campaigns: exactly those run, disabled ones included.
    ``additional_cost_ids`` maps the API name of each cost to its id. ``variants`` are those that the session has in
    experiments, by id of the experiment. ``changed_attributes`` are those that rules changed for the session before.
    """

    now: datetime
    seed: str = ""
    is_dry: bool = False
    session: SessionFacts | None = None
    profile: ProfileFacts | None = None
    event: EventFacts | None = None
    store: StoreFacts | None = None
    coupons: Mapping[str, CouponFacts | None] = {}
    referral: ReferralFacts | None = None
    counters: Mapping[CounterKey, Decimal] = {}
    additional_cost_ids: Mapping[str, int] = {}
    collections: Mapping[str, frozenset[str]] = {}
    value_maps: Mapping[str, Mapping[str, Any]] = {}
    giveaway_pools: Mapping[int, GiveawayPoolFacts] = {}
    custom_effects: Mapping[int, CustomEffectFacts] = {}
    webhooks: Mapping[int, WebhookFacts] = {}
    audiences: Mapping[int, str] = {}
    advocate_audiences: frozenset[int] = frozenset()
    joined_audiences: frozenset[int] = frozenset()
    left_audiences: frozenset[int] = frozenset()
    achievements: Mapping[str, AchievementFacts] = {}
    loyalty: Mapping[str, LoyaltyProgramFacts] = {}
    created_codes: Mapping[str, str] = {}
    changed_attributes: frozenset[ChangedAttribute] = frozenset()
    variants: Mapping[int, int] = {}
    evaluable_campaign_ids: frozenset[int] | None = None
    forces_complete_evaluation: bool = False
    wants: Wants = Wants()
