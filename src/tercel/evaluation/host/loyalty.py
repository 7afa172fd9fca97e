"""Loyalty points: balances and tiers as conditions, earning and spending as effects (behaviour/effects 10)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from tercel.base.durations import end_of
from tercel.base.numbers import ZERO
from tercel.base.zoned import CalendarError
from tercel.effects.loyalty import (
    AddLoyaltyPoints,
    ChangeLoyaltyTierLevel,
    DeductLoyaltyPoints,
    ExpiryChange,
    ExtendLoyaltyPointsExpiryDate,
    SetLoyaltyPointsExpiryDate,
)
from tercel.evaluation.entities.cart import Bundle, Item
from tercel.evaluation.entities.loyalty import Loyalty, LoyaltyCard
from tercel.evaluation.host.desk import NO_OPTIONS, Desk, amount_of
from tercel.evaluation.host.discounts import units
from tercel.evaluation.host.plain import in_utc
from tercel.evaluation.host.seeded import seeded_uuid
from tercel.evaluation.snapshot import LoyaltyBalanceFacts, LoyaltyProgramFacts
from tercel.language.catalogue.budgets import POINTS, SPENT_POINTS
from tercel.language.errors import (
    InsufficientPointsError,
    LimitError,
    MissingError,
    RangeError,
    TimeError,
    TypeMismatchError,
)
from tercel.language.running.host import Amount, Options
from tercel.language.values.periods import parse_period
from tercel.points.life import Life, LifeError, life_of
from tercel.points.lots import Lot
from tercel.points.program import Program
from tercel.points.tiers.replay import Replay

_NO_BALANCE = LoyaltyBalanceFacts()


class LoyaltyDesk(Desk):
    """Conditions and effects on the ledgers of loyalty programs."""

    __slots__ = ()

    # Conditions

    def loyalty_balance(self, program: Any, subledger: str = "", balance: str = "current") -> Decimal:
        """Points of the current profile; 0 for one that is no member."""
        facts = self.find_program(program)
        found = facts.subledgers.get(subledger, _NO_BALANCE)
        match balance:
            case "current":
                return found.current
            case "pending":
                return found.pending
            case "negative":
                return found.negative
            case "tentativeCurrent":
                return found.current + self.tentative(facts.id, subledger)
        raise TypeMismatchError(f"`{balance}` is no kind of balance")

    def loyalty_tier(self, program: Any, subledger: str = "") -> str:
        """Return the tier of the current profile."""
        tier = self.find_program(program).subledgers.get(subledger, _NO_BALANCE).tier
        if tier is None:
            raise MissingError("the profile has no tier")
        return tier

    def is_loyalty_member(self, program: Any) -> bool:
        """Tell whether the profile joined the program."""
        return self.find_program(program).is_member

    def loyalty_card_valid(self, program: Any) -> bool:
        """Tell whether an active card of the program is in the session."""
        return self.find_program(program).card_identifier is not None

    def loyalty_card_registered(self, program: Any) -> bool:
        """Tell whether the card in the session belongs to the profile."""
        return self.find_program(program).is_card_registered

    def card_balance(self, program: Any, subledger: str = "", balance: str = "current") -> Decimal:
        """Points of the card in the session."""
        if not self.loyalty_card_valid(program):
            raise MissingError("the session has no card of the program")
        return self.loyalty_balance(program, subledger, balance)

    # Effects

    def add_loyalty_points(
        self, program: Any, reason: str, value: Decimal, options: Options = NO_OPTIONS
    ) -> None:
        """Points for a profile or a card."""
        self.add_points(self.find_program(program), reason, amount_of(value), options)

    def add_loyalty_points_per_item(
        self,
        program: Any,
        reason: str,
        items: list[Any],
        amount: Amount,
        options: Options = NO_OPTIONS,
    ) -> None:
        """Points for each unit, served in order while the budget lasts."""
        facts = self.find_program(program)
        has_granted = False
        for item, bundle in units(items):
            try:
                self.add_points(facts, reason, amount_of(amount(item)), options, item=item, bundle=bundle)
            except LimitError:
                if not (has_granted and self.is_partial(options)):
                    raise
                continue
            has_granted = True

    def add_points(
        self,
        program: LoyaltyProgramFacts,
        reason: str,
        wanted: Decimal,
        options: Options,
        *,
        item: Item | None = None,
        bundle: Bundle | None = None,
    ) -> None:
        """Record points with their budgets, and count them as tentative."""
        is_partial = self.is_partial(options)
        granted = self.cut(POINTS.action, wanted, is_partial=is_partial)
        uses = self.pay(POINTS, granted)
        subledger = str(options.get("subledger") or "")
        who = options.get("recipient") or "Current"
        props = AddLoyaltyPoints(
            name=reason,
            program_id=program.id,
            sub_ledger_id=subledger,
            value=granted,
            desired_value=wanted if is_partial else None,
            recipient_integration_id=self.recipient(program, who),
            transaction_uuid=seeded_uuid(self.snapshot.seed, f"points{self.next_serial()}"),
            card_identifier=self.card_of(program, options),
        )
        life = self.set_life(props, program.program, options)
        if item is not None:
            props.cart_item_position, props.cart_item_sub_position = item.position, item.sub_position
        if bundle is not None:
            props.bundle_index, props.bundle_name = bundle.number, bundle.name
        is_active = who == "Current" and life.starts_at is not None and life.starts_at <= self.run.now
        if is_active:
            self.change_tentative(program.id, subledger, granted)
        self.give(props, granted, uses, item=item)
        if is_active:
            self.rise(program, subledger)

    def rise(self, program: LoyaltyProgramFacts, subledger: str) -> None:
        """Tell the tier that the points of this evaluation lift the profile to, if it is a higher one."""
        key, balance = (program.id, subledger), program.subledgers.get(subledger, _NO_BALANCE)
        replay = Replay(program.program.tiers, program.dates, self.journal.tiers.get(key, balance.standing))
        replay.weigh(balance.current - balance.negative + self.tentative(*key), self.run.now)
        for change in replay.changes:
            if change.new is not None and change.is_upgrade:
                self.journal.put(self.journal.tiers, key, replay.standing)
                effect = ChangeLoyaltyTierLevel(
                    rule_title=self.rule.title,
                    program_id=program.id,
                    sub_ledger_id=subledger,
                    previous_tier_name=None if change.old is None else change.old.name,
                    new_tier_name=change.new.name,
                    expiry_date=None if change.expires_at is None else in_utc(change.expires_at),
                )
                self.give(effect, ZERO)

    def recipient(self, program: LoyaltyProgramFacts, who: str) -> str:
        """Return the integration id of the profile that gets the points; empty for a card without a profile."""
        profile = self.find_profile(who) if program.is_card_based else self.need_profile(who)
        return "" if profile is None else profile.integration_id

    def card_of(self, program: LoyaltyProgramFacts, options: Options) -> str | None:
        """Return the card that the points belong to in a card-based program; None in any other."""
        card = options.get("card") or program.card_identifier
        if not program.is_card_based:
            return None
        if card is None:
            raise MissingError("the session has no card of the program")
        return str(card)

    def set_life(self, props: AddLoyaltyPoints, program: Program, options: Options) -> Life:
        """Set when the points start and when they end, and return it; the program says so where the options do not.

        Raises:
            RangeError: they would end before they start.
            TimeError: a text is no duration.
            TypeMismatchError: an option is neither a time nor a text.
        """
        start = options.get("startDate", program.default_pending)
        end = options.get("expiryDate") or options.get("validity") or program.default_validity
        try:
            life = life_of(self.run.now, program.zone, start=_date(start), end=_date(end))
        except LifeError as error:
            raise RangeError(str(error)) from None
        except CalendarError as error:
            raise TimeError(str(error)) from None
        if life.starts_at is None:
            props.awaits_activation = True
            props.validity_duration = life.validity
        elif life.starts_at > self.run.now:
            props.start_date = in_utc(life.starts_at)
        props.expiry_date = None if life.expires_at is None else in_utc(life.expires_at)
        return life

    def deduct_loyalty_points(
        self, program: Any, reason: str, value: Decimal, options: Options = NO_OPTIONS
    ) -> None:
        """Points spent, as far as the balance goes."""
        facts = self.find_program(program)
        granted = amount_of(value)
        subledger = str(options.get("subledger") or "")
        key, spent_points = (facts.id, subledger), self.journal.spent_points
        spent = spent_points.get(key, ZERO) + granted
        if spent > facts.subledgers.get(subledger, _NO_BALANCE).current:
            raise InsufficientPointsError(f"fewer than {granted} points are left in program `{facts.name}`")
        self.journal.put(spent_points, key, spent)
        self.change_tentative(facts.id, subledger, -granted)
        uses = self.pay(SPENT_POINTS, granted)
        props = DeductLoyaltyPoints(
            self.rule.title,
            facts.id,
            subledger,
            granted,
            seeded_uuid(self.snapshot.seed, f"points{self.next_serial()}"),
            reason or facts.program.name,
            self.card_of(facts, options),
        )
        self.give(props, granted, uses)

    def extend_loyalty_points_expiry_date(self, program: Any, subledger: str, period: str) -> None:
        """Move the end of the profile's active and pending points that have one by a period."""
        duration, facts = parse_period(period), self.find_program(program)
        self.need_profile("Current")
        try:
            moves = [
                ExpiryChange(lot.uuid, end_of(lot.expires_at, duration, facts.program.zone), lot.expires_at)
                for lot in self.lots_of(facts, subledger)
                if lot.expires_at is not None
            ]
        except CalendarError as error:
            raise TimeError(str(error)) from None
        earliest = min(
            (move.previous_expiry_date for move in moves if move.previous_expiry_date), default=None
        )
        self.give(ExtendLoyaltyPointsExpiryDate(facts.id, subledger, period, moves or None, earliest), ZERO)

    def set_loyalty_points_expiry_date(self, program: Any, subledger: str, expires_at: datetime) -> None:
        """Set one end of the profile's active and pending points, those without an end included; waiting ones keep their validity."""
        facts, end = self.find_program(program), in_utc(expires_at)
        self.need_profile("Current")
        moves = [
            ExpiryChange(lot.uuid, end, lot.expires_at)
            for lot in self.lots_of(facts, subledger)
            if lot.starts_at is not None
        ]
        self.give(SetLoyaltyPointsExpiryDate(facts.id, subledger, end, moves or None), ZERO)

    # Facts

    def find_program(self, program: Any) -> LoyaltyProgramFacts:
        """Return the program of an id or an API name."""
        programs = self.snapshot.loyalty
        if isinstance(program, str) and program in programs:
            return programs[program]
        for facts in programs.values():
            if facts.id == program:
                return facts
        raise MissingError(f"there is no loyalty program `{program}`")

    def lots_of(self, program: LoyaltyProgramFacts, subledger: str) -> list[Lot]:
        """Return the lots of a ledger that are active or pending."""
        facts = program.subledgers.get(subledger, _NO_BALANCE)
        return [lot for lot in facts.lots if lot.remaining and not lot.is_over(self.run.now)]

    def tentative(self, program_id: int, subledger: str) -> Decimal:
        """Return the points by which this evaluation would change a balance."""
        return self.journal.points.get((program_id, subledger), ZERO)

    def change_tentative(self, program_id: int, subledger: str, points: Decimal) -> None:
        """Count points that this evaluation would add or take."""
        key = program_id, subledger
        self.journal.put(self.journal.points, key, self.tentative(*key) + points)

    def loyalty(self) -> Loyalty:
        """Return the global ``Loyalty``."""
        return Loyalty(self.snapshot.loyalty, self.tentative)

    def loyalty_card(self) -> LoyaltyCard | None:
        """Return the global ``LoyaltyCard``; None without a card."""
        cards = [program for program in self.snapshot.loyalty.values() if program.card_identifier is not None]
        return LoyaltyCard(cards[0]) if cards else None


def _date(value: Any) -> datetime | str:
    """Return the value if it may say when points start or end.

    Raises:
        TypeMismatchError: it may not.
    """
    if not isinstance(value, datetime | str):
        raise TypeMismatchError("start and expiry of points are times, durations or words")
    return value
