"""What clients do: each operation as data, and the request it becomes."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import msgspec

from tests.attack.offer import EVENT, MOOD, NAME, PRICE

_SEEN = ["customerSession", "customerProfile"]
_SESSIONS = "/v2/customer_sessions"
_PROFILES = "/v2/customer_profiles"


class Call(msgspec.Struct, frozen=True):
    """A request without its host and key."""

    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = {}


class Unguarded(msgspec.Struct, frozen=True):
    """What an answer tells and nothing guards: each of it was decided at another moment than the rest happened.

    Attributes:
        codes: Codes that were refused, each with the reason.
        has_no_discount: That there was no discount.
        has_no_extras: That there were no extras.
        has_old_refusals: That codes may have stayed refused: a return, which tells only what is new, does not speak of them.
        is_offer: All effects, as those of a session that stays open.
        undecided: The code that is being decided, with the reason if it was refused; all others are as they were told.
    """

    codes: tuple[tuple[str, str], ...] = ()
    has_no_discount: bool = False
    has_no_extras: bool = False
    has_old_refusals: bool = False
    is_offer: bool = False
    undecided: tuple[str, str] = ("", "")

    def told(self, code: str | None) -> str | None:
        """The reason for which the code that is being decided was refused."""
        return self.undecided[1] if code == self.undecided[0] else None


class Operation(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something a client asks for. ``session`` is empty where none is meant, ``key`` an idempotency key.

    ``apart`` is the part of the answer that has a moment of its own; it is never sent, and known when moments are taken apart.
    """

    session: str = ""
    key: str = ""
    day: int = 1
    apart: Unguarded = Unguarded()
    only_reads: ClassVar[bool] = False

    @property
    def is_offer(self) -> bool:
        """Whether it stands for what an open session is told."""
        return False

    def scope(self) -> str:
        """Where the idempotency key is known: the same key elsewhere is another one."""
        return f"{type(self).__name__} {self.session}"

    def lane(self) -> str:
        """What may not have too many requests in flight: a session, or a customer (behaviour/requests 3)."""
        return f"session {self.session}"

    def call(self) -> Call:
        """The request."""
        raise NotImplementedError

    def _headers(self) -> dict[str, str]:
        clock = {"X-Tercel-Now": f"2030-01-{self.day:02}T12:00:00Z"}
        return {**clock, "Idempotency-Key": self.key} if self.key else clock


class Update(Operation, frozen=True, kw_only=True):
    """Create, update, close or cancel a session; what is None is not sent."""

    state: str = "open"
    units: int | None = None
    codes: tuple[str, ...] | None = None
    profile: str | None = None
    identifiers: tuple[str, ...] | None = None
    store: str | None = None
    referral: str | None = None

    def call(self) -> Call:
        session: dict[str, Any] = {"state": self.state}
        if self.units is not None:
            session["cartItems"] = [{"sku": "A", "price": PRICE, "quantity": self.units}]
        named = {
            "couponCodes": self.codes,
            "profileId": self.profile,
            "identifiers": self.identifiers,
            "storeIntegrationId": self.store,
            "referralCode": self.referral,
        }
        session |= {name: value for name, value in named.items() if value is not None}
        body = {"customerSession": session, "responseContent": _SEEN}
        return Call("PUT", f"{_SESSIONS}/{self.session}", body, self._headers())


class Return(Operation, frozen=True, kw_only=True):
    """Bring units back; ``again`` asks to evaluate what is left."""

    units: int
    again: bool = False

    def call(self) -> Call:
        lines = [{"position": 0, "quantity": self.units}]
        body = {"return": {"returnedCartItems": lines}, "responseContent": _SEEN}
        query = "?runRuleEngine=true" if self.again else ""
        return Call("POST", f"{_SESSIONS}/{self.session}/returns{query}", body, self._headers())


class Reopen(Operation, frozen=True):
    """Open a closed session again."""

    def call(self) -> Call:
        return Call("PUT", f"{_SESSIONS}/{self.session}/reopen", None, self._headers())


class Look(Operation, frozen=True):
    """Read a session with the effects in force."""

    only_reads = True

    def call(self) -> Call:
        return Call("GET", f"{_SESSIONS}/{self.session}", None, self._headers())


class Glimpse(Operation, frozen=True, kw_only=True):
    """What an update of an open session tells about its customer; part of that update's answer, never sent alone."""

    only_reads = True
    profile: str | None


class Decision(Operation, frozen=True, kw_only=True):
    """One thing in a request's answer that nothing guards: a code, the discount or the extras; never sent alone.

    ``bought`` is what its customer had bought before the rest happened: as such he was seen, and guarded from then on.
    """

    only_reads = True

    of: Operation
    about: Literal["code", "discount", "extras"]
    code: str = ""
    bought: tuple[int, int] | None = None

    @property
    def is_offer(self) -> bool:
        return self.of.apart.is_offer


class Reserve(Operation, frozen=True, kw_only=True):
    """Reserve a coupon for customers on the shop's own behalf: the coupon's limit does not hold."""

    code: str
    profiles: tuple[str, ...]

    def call(self) -> Call:
        body = {"integrationIDs": list(self.profiles)}
        return Call("POST", f"/v1/coupon_reservations/{self.code}", body, self._headers())


class Track(Operation, frozen=True, kw_only=True):
    """Track an event of a customer. With ``is_named`` its name is known to the server, which takes each only once; then it
    may follow a session that is closed."""

    event: str
    profile: str
    is_named: bool = False
    connected: str = ""
    is_silent: bool = False

    def lane(self) -> str:
        return f"profile {self.profile}"

    def call(self) -> Call:
        body: dict[str, Any] = {"profileId": self.profile, "type": EVENT, "attributes": {NAME: self.event},
                                "responseContent": ["customerProfile"]}  # fmt: skip
        if self.is_named:
            body["integrationId"] = self.event
        if self.connected:
            body["connectedSessionId"] = self.connected
        path = f"/{'v3' if self.is_named else 'v2'}/events?silent={'yes' if self.is_silent else 'no'}"
        return Call("POST", path, body, self._headers())


class Recall(Operation, frozen=True, kw_only=True):
    """Read whether an event with a name was tracked."""

    only_reads = True
    event: str

    def call(self) -> Call:
        return Call("GET", f"/v3/events/{self.event}", None, self._headers())


class Greet(Operation, frozen=True, kw_only=True):
    """Update a customer, with or without running the rules; without a mood only to see him."""

    profile: str
    mood: int | None = None
    runs_rules: bool = False

    def scope(self) -> str:
        return f"Greet {self.profile}"

    def lane(self) -> str:
        return f"profile {self.profile}"

    def call(self) -> Call:
        attributes = {} if self.mood is None else {MOOD: self.mood}
        query = "?runRuleEngine=true" if self.runs_rules else ""
        body = {"attributes": attributes, "responseContent": ["customerProfile"]}
        return Call("PUT", f"{_PROFILES}/{self.profile}{query}", body, self._headers())


class GreetAll(Operation, frozen=True, kw_only=True):
    """Give several customers a mood, all of them or none."""

    profiles: tuple[str, ...]
    mood: int

    def call(self) -> Call:
        each = [{"integrationId": profile, "attributes": {MOOD: self.mood}} for profile in self.profiles]
        return Call("PUT", f"{_PROFILES}?silent=yes", {"customerProfiles": each}, self._headers())


class Management(Operation, frozen=True):
    """What a marketer does meanwhile; the shop knows paths and ids."""


class LimitCode(Management, frozen=True, kw_only=True):
    """Give a coupon another usage limit; 0 takes it away."""

    code: str
    limit: int


class ExpireCode(Management, frozen=True, kw_only=True):
    """Let a coupon expire long ago, or not at all."""

    code: str
    is_expired: bool


class EditCampaign(Management, frozen=True, kw_only=True):
    """Switch the campaign on or off, and give its one limit another bound; None takes the limit away."""

    is_running: bool = True
    limit: int | None


class EditStores(Management, frozen=True, kw_only=True):
    """Give stores another budget; None takes it away."""

    limit: int | None


class Count(Management, frozen=True):
    """Read what was counted."""

    only_reads = True


class CountCode(Count, frozen=True, kw_only=True):
    """Read how often a coupon was used, what it gave and how often it is reserved."""

    code: str


class CountBudget(Count, frozen=True, kw_only=True):
    """Read what is used of a budget of the whole campaign."""

    action: str


class CountProfile(Count, frozen=True, kw_only=True):
    """Read what a customer bought, and used of the limits per customer."""

    profile: str


class CountReferral(Count, frozen=True, kw_only=True):
    """Read how often a referral was used."""

    code: str


class CountStore(Count, frozen=True, kw_only=True):
    """Read what is used of the budget of a store."""

    store: str


class CountSent(Count, frozen=True, kw_only=True):
    """Read how many requests to other systems a session, an event or an update of a customer left behind."""

    event: str = ""
    profile: str = ""

    def name(self) -> str:
        """What the requests name."""
        return self.session or self.event or self.profile
