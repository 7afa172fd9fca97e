"""A session request as data."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tercel.features.engine.sessions.aggregate import SessionRow
from tercel.features.engine.sessions.integration_model import NewCustomerSession
from tercel.features.engine.sessions.request.merge import Cart, merge


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """An update of a session.

    ``key`` is the lookup key of the session, ``wanted`` the requested parts of the answer. A dry one uses its payload alone and
    writes nothing (behaviour/sessions 15); only a dry one may ask for an explanation.
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
        """Return the cart after the merge with a stored row; computed once for each row."""
        known = self.memory.get("cart")
        if known is None or known[0] is not stored:
            known = self.memory["cart"] = (stored, merge(stored, self.session))
        return known[1]

    @property
    def evaluable_campaign_ids(self) -> frozenset[int] | None:
        """The campaigns to run, which only a dry request may choose."""
        ids = self.session.evaluable_campaign_ids
        return frozenset(ids) if self.is_dry and ids else None
