"""What is read at the end of a battle: every counter that the APIs show."""

from __future__ import annotations

from collections.abc import Iterable

from tests.attack.offer import Offer
from tests.attack.operations import (
    CountBudget,
    CountCode,
    CountProfile,
    CountReferral,
    CountSent,
    CountStore,
    Look,
    Operation,
)


def count_all(offer: Offer, customers: Iterable[str], sessions: Iterable[str] = ()) -> list[Operation]:
    """Read codes, budgets of the whole campaign, stores, customers and sessions."""
    whole = [limit.action for limit in offer.limits if not limit.entities and not limit.period]
    scoped = {limit.action for limit in offer.limits if limit.entities or limit.period}
    counts: list[Operation] = [CountCode(code=code.value) for code in offer.codes]
    counts += [CountReferral(code=referral.code) for referral in offer.referrals]
    counts += [CountBudget(action=action) for action in whole if action not in scoped]
    counts += [CountStore(store=store) for store in offer.stores if offer.store_budget]
    counts += [CountProfile(profile=customer) for customer in customers]
    counts += [Look(session=session) for session in sessions]
    return counts


def count_sent(
    offer: Offer, *, sessions: Iterable[str] = (), events: Iterable[str] = (), profiles: Iterable[str] = ()
) -> list[Operation]:
    """Read what was sent to other systems for each of them."""
    if "callApi" not in offer.extras:
        return []
    counts: list[Operation] = [CountSent(session=session) for session in sessions]
    counts += [CountSent(event=event) for event in events]
    return counts + [CountSent(profile=profile) for profile in profiles]
