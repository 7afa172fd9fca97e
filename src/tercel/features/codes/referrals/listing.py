"""Lists of referrals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from sqlalchemy import ColumnElement, Row, or_, select

from tercel.database.tables.codes import referrals
from tercel.database.transaction import Transaction
from tercel.features.codes.library.filters import (
    Validity,
    YesNo,
    is_like_code,
    is_valid,
)
from tercel.features.codes.referrals.model import Referral
from tercel.features.codes.referrals.store import answer
from tercel.features.common.filters import Filter, Means, Moment, equals, means, since, text, until
from tercel.features.common.listing import Listing
from tercel.features.common.scope import ApplicationScope, Scope


def _is_like(code: str) -> ColumnElement[bool]:
    return is_like_code(referrals.c.code, code)


def _is_valid(validity: Validity, scope: Scope) -> ColumnElement[bool]:
    return is_valid(referrals.c.start_date, referrals.c.expiry_date, validity, scope.now)


def _is_usable(given: YesNo) -> ColumnElement[bool]:
    usable = or_(referrals.c.usage_limit == 0, referrals.c.usage_counter < referrals.c.usage_limit)
    return usable if given == "true" else ~usable


class ReferralFilter(Filter, kw_only=True, rename="camel"):
    """Which referrals to list. ``advocate`` is an integration id."""

    code: Annotated[str, text(_is_like)] | None = None
    created_before: Annotated[Moment, until(referrals.c.created)] | None = None
    created_after: Annotated[Moment, since(referrals.c.created)] | None = None
    valid: Annotated[Validity, Means(_is_valid)] | None = None
    usable: Annotated[YesNo, means(_is_usable)] | None = None
    advocate: Annotated[str, equals(referrals.c.advocate_profile_integration_id)] | None = None


async def _answer(tx: Transaction, rows: Sequence[Row[Any]], _scope: Scope) -> list[Referral]:
    return await answer(tx, rows)


REFERRALS: Listing[ApplicationScope, Referral] = Listing(
    select=lambda scope: select(referrals).where(*scope.holds(referrals)),
    answer=_answer,
    key=referrals.c.id,
    sort={
        "id": referrals.c.id,
        "created": referrals.c.created,
        "code": referrals.c.code,
        "usageLimit": referrals.c.usage_limit,
        "startDate": referrals.c.start_date,
        "expiryDate": referrals.c.expiry_date,
        "advocateProfileIntegrationId": referrals.c.advocate_profile_integration_id,
    },
)
