"""Codes that rules create or reserve (behaviour/sessions 10; behaviour/codes 12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tercel.base.keys import fold_code
from tercel.base.limits import COUPON_CODE_LENGTH_MIN, USAGE_LIMIT_MAX
from tercel.base.numbers import ONE
from tercel.effects.coupons import CouponCreated, ReserveCoupon
from tercel.effects.props import Props, length_of
from tercel.effects.referrals import ReferralCreated
from tercel.evaluation.host.desk import Desk, amount_of, count_of, id_of
from tercel.evaluation.host.plain import in_utc, plain
from tercel.evaluation.host.seeded import seeded_code
from tercel.evaluation.outcome import CreatedCode
from tercel.language.catalogue.budgets import CREATED_COUPONS, CREATED_REFERRALS
from tercel.language.errors import LimitError, MissingError, RangeError, TypeMismatchError
from tercel.language.running.host import Options


class CodeDesk(Desk):
    """The effects ``createCoupon``, ``createReferral`` and ``reserveCoupon``."""

    __slots__ = ()

    def create_coupon(self, settings: Options) -> None:
        """Create a coupon for a recipient, in this campaign or another."""
        recipient = settings.get("recipientId")
        if recipient is None and settings.get("recipient") is not None:
            recipient = self.need_profile(settings["recipient"]).integration_id
        code = self.create(CREATED_COUPONS.action, settings, recipient)
        if code is not None:
            self.announce(code, CouponCreated(code.value, recipient or ""))

    def create_referral(self, settings: Options) -> None:
        """Create a referral code whose advocate is the profile; ``friendId`` names the only friend that may use it."""
        self.need_profile("Current")
        code = self.create(CREATED_REFERRALS.action, settings, settings.get("friendId"))
        if code is not None:
            self.announce(code, ReferralCreated(code.value))

    def create(self, action: str, settings: Options, recipient: Any) -> CreatedCode | None:
        """Return the code to create: the one remembered for this session, or a new one.

        None while the session is open and the rule does not store the code in it: then it is made on closing.
        """
        if recipient is not None and not isinstance(recipient, str):
            raise TypeMismatchError("a recipient is given by its integration id")
        is_stored = bool(settings.get("storeInSession")) and self.session is not None
        memory_key = self.memory_key(action, recipient)
        remembered = self.snapshot.created_codes.get(memory_key)
        if remembered is None and not is_stored and not self.consumes:
            if self.remainder(action) == 0:
                raise LimitError(f"the budget `{action}` is used up")
            return None
        return CreatedCode(
            kind="coupon" if action == CREATED_COUPONS.action else "referral",
            campaign_id=id_of(settings["campaignId"]) if "campaignId" in settings else self.campaign.facts.id,
            value=remembered or self.generate(action, memory_key, settings),
            recipient_integration_id=recipient,
            usage_limit=count_of(settings.get("usageLimit", ONE), at_most=USAGE_LIMIT_MAX),
            memory_key=memory_key,
            is_stored_in_session=is_stored,
            is_new=remembered is None,
            discount_limit=amount_of(settings["discountLimit"]) if "discountLimit" in settings else None,
            start_date=_time(settings, "startDate"),
            expiry_date=_time(settings, "expiryDate"),
            attributes=self.attributes_of(settings),
        )

    def attributes_of(self, settings: Options) -> dict[str, Any]:
        """Return the attributes of a code to create.

        Raises:
            TypeMismatchError: they are no map.
            AbortedError: there is no room for them.
        """
        given = settings.get("attributes")
        if given is None:
            return {}
        if not isinstance(given, dict):
            raise TypeMismatchError("the attributes of a code are a map")
        attributes: dict[str, Any] = plain(given, self.run)
        self.count_length(length_of(attributes))
        return attributes

    def memory_key(self, action: str, recipient: str | None) -> str:
        """Return the key of a created code within its session: campaign, rule, coupon run, effect and recipient."""
        run = "" if self.coupon_id is None else f"c{self.coupon_id}"
        base = f"{action}:{self.campaign.facts.id}:{self.rule.identity}:{run}:{recipient or ''}"
        created = self.journal.created
        count = created.get(base, 0)
        self.journal.put(created, base, count + 1)
        return f"{base}:{count}"

    def generate(self, action: str, purpose: str, settings: Options) -> str:
        """Make a new code from the rule's pattern, else the campaign's, in the case in which the application keeps
        codes."""
        facts = self.campaign.facts
        is_coupon = action == CREATED_COUPONS.action
        pattern = settings.get("pattern") or (facts.coupon_pattern if is_coupon else facts.referral_pattern)
        characters = settings.get("validCharacters") or (
            facts.coupon_characters if is_coupon else facts.referral_characters
        )
        if not isinstance(pattern, str) or not isinstance(characters, str):
            raise TypeMismatchError("the pattern and the characters of a code are texts")
        code = seeded_code(self.snapshot.seed, purpose, pattern=pattern, characters=characters)
        code = fold_code(code, self.application.case_sensitivity)
        if len(code) < COUPON_CODE_LENGTH_MIN:
            raise RangeError(f"a code has at least {COUPON_CODE_LENGTH_MIN} characters: use a longer pattern")
        return code

    def announce(self, code: CreatedCode, props: Props) -> None:
        """Record a created code; one from an earlier update takes nothing from the budget again."""
        if code.is_new:
            self.give(props, ONE, self.take(props.action))
        else:
            self.record(props)
        self.journal.notes.append(code)

    def reserve_coupon(self) -> None:
        """Reserve the coupon in scope for the profile."""
        if self.coupon is None:
            raise MissingError("there is no coupon in scope")
        recipient = self.need_profile("Current").integration_id
        facts = self.coupon.facts
        is_new = not facts.has_reservation and not self.journal.reserved.get(facts.id)
        if is_new:
            if facts.reservation_limit and facts.reservation_counter >= facts.reservation_limit:
                raise LimitError(f"coupon `{facts.value}` is reserved as often as it may be")
            self.journal.put(self.journal.reserved, facts.id, True)
            self.journal.notes.append(Reservation(facts.id))
        props = ReserveCoupon(facts.value, recipient, is_new)
        if is_new:
            self.give(props, ONE, self.take(props.action))
        else:
            self.record(props)


class Reservation:
    """The coupon that a rule reserves."""

    __slots__ = ("coupon_id",)

    def __init__(self, coupon_id: int) -> None:
        self.coupon_id = coupon_id


def _time(settings: Options, name: str) -> datetime | None:
    value = settings.get(name)
    if value is not None and not isinstance(value, datetime):
        raise TypeMismatchError(f"`{name}` is a time")
    return None if value is None else in_utc(value)
