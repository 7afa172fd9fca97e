"""What one request wants of a session, as data."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tercel.features.sessions.integration_model import NewCustomerSession
from tercel.features.sessions.merge import Cart, merge
from tercel.pipeline.rows import SessionRow


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """An update of a session. ``key`` is where the session is found; ``wanted`` the parts of the answer asked for.

    A dry one uses its payload alone, not what is stored, and writes nothing (integration.md 7.2); it may ask for an
    explanation.
    """

    application_id: int
    integration_id: str
    key: tuple[int, str]
    session: NewCustomerSession
    wanted: frozenset[str]
    is_dry: bool
    now: datetime
    explains: bool = False
    memory: dict[str, tuple[SessionRow | None, Cart]] = {}

    def cart_on(self, stored: SessionRow | None) -> Cart:
        """The cart after the merge onto what is stored, made once for each stored row."""
        known = self.memory.get("cart")
        if known is None or known[0] is not stored:
            known = self.memory["cart"] = (stored, merge(stored, self.session))
        return known[1]

    @property
    def evaluable_campaign_ids(self) -> frozenset[int] | None:
        """The campaigns to run, which only a dry request may choose."""
        ids = self.session.evaluable_campaign_ids
        return frozenset(ids) if self.is_dry and ids else None
