"""Session updates with codes, throttled against guessing. Updates without codes skip this."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.base.keys import lookup_key
from tercel.features.access.throttles.codes import Code, CodeThrottle
from tercel.features.codes.coupons.aggregate import COUPONS
from tercel.features.codes.referrals.aggregate import REFERRALS
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.sessions.aggregate import SESSIONS, SessionRow
from tercel.features.engine.sessions.commands.update import UpdateSession
from tercel.features.engine.sessions.integration_model import NewCustomerSession
from tercel.features.engine.sessions.request.resolve import code_key
from tercel.pipeline.aggregate import Work
from tercel.pipeline.command import Answer, Command
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs


def watched(
    command: UpdateSession, integration_id: str, sent: NewCustomerSession, throttle: CodeThrottle
) -> Command[Configuration]:
    """Return the command, or when it brings codes, one that first asks whether its customer may enter them."""
    if sent.coupon_codes or sent.referral_code:
        return CodeEntry(command, integration_id, sent, throttle)
    return command


class CodeEntry:
    """Runs a session update unless its customer has entered too many codes that do not exist.

    The customer is the profile, or the session of a guest.
    """

    def __init__(
        self, command: UpdateSession, integration_id: str, sent: NewCustomerSession, throttle: CodeThrottle
    ) -> None:
        self._command = command
        self._sent = sent
        self._key = (command.application_id, lookup_key(integration_id))
        self._throttle = throttle
        self.application_id = command.application_id
        self.now = command.now
        self.serial_key = command.serial_key
        self.busy_message = command.busy_message
        self.repeat_key = command.repeat_key

    def first(self, needs: Needs, configuration: Configuration) -> None:
        """Need the rows of the update."""
        self._command.first(needs, configuration)

    def follow(self, needs: Needs, work: Work, configuration: Configuration) -> None:
        """Need the further rows of the update."""
        self._command.follow(needs, work, configuration)

    def decide(self, draft: Draft, configuration: Configuration) -> Answer:
        """Check the throttle, then decide as the update does.

        Raises:
            TooManyCodesError: the customer must wait.
        """
        is_dry = self.serial_key != self._key  # a dry update stands for itself, whatever is stored
        stored = None if is_dry else draft.loaded[SESSIONS].get(self._key)
        new = set(_codes(self._sent.coupon_codes or [], self._sent.referral_code, configuration))
        if stored is not None:
            new.difference_update(_codes(stored.coupon_codes, stored.referral_code, configuration))
        unknown = {code for code in new if not self._exists(code, draft.loaded)}
        self._throttle.enter(self._customer(stored), new, unknown, self.now)
        return self._command.decide(draft, configuration)

    def _exists(self, code: Code, loaded: Work) -> bool:
        kind, value = code
        key = (self.application_id, value)
        return key in (loaded[COUPONS].by_code if kind == "coupon" else loaded[REFERRALS].by_code)

    def _customer(self, stored: SessionRow | None) -> bytes:
        profile = self._sent.profile_id or (stored.profile_integration_id if stored is not None else None)
        name = f"profile {profile}" if profile else f"session {self._key[1]}"
        return f"{self.application_id} {name}".encode(errors="surrogatepass")


def _codes(coupons: list[str], referral: str | None, configuration: Configuration) -> Iterator[Code]:
    """Yield codes with their kind, in the form in which the application compares them."""
    for code in coupons:
        yield "coupon", code_key(code, configuration)[1]
    if referral:
        yield "referral", code_key(referral, configuration)[1]
