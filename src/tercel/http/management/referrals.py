"""Referrals as marketers see them (management.md 2.4)."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from tercel.base.limits import PAGE_SIZE_MAX
from tercel.database.transaction import Transaction
from tercel.features.codes.campaign import CodeCampaign, get_code_campaign
from tercel.features.common.page import Page, PageRequest
from tercel.features.referrals import service, store
from tercel.features.referrals.model import Referral, ReferralFilter, UpdateReferral
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted, Uncounted, counted, uncounted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import Skip

_REFERRALS = "/v1/applications/{applicationId}/campaigns/{campaignId}/referrals"
_REFERRAL = f"{_REFERRALS}/{{referralId}}"
_DETAILS: dict[str, Any] = {"tag": "Referrals"}


class ReferralQuery(ReferralFilter, kw_only=True, rename="camel"):
    """The filters of referrals with paging."""

    page_size: Annotated[int, Meta(ge=1, le=PAGE_SIZE_MAX)] = 1000
    skip: Skip = 0
    sort: str | None = None

    def page(self) -> PageRequest:
        """The page that was asked for."""
        return PageRequest(self.page_size, self.skip, self.sort)


@operation(
    "getReferrals",
    "GET",
    _REFERRALS,
    Access.MANAGEMENT,
    query=ReferralQuery,
    answer=Counted[Referral],
    **_DETAILS,
)
async def get_referrals(call: Call) -> Counted[Referral]:
    """List the referrals of a campaign with their number."""
    return counted(await _find(call, is_counted=True))


@operation(
    "getReferralsWithoutTotalCount",
    "GET",
    f"{_REFERRALS}/no_total",
    Access.MANAGEMENT,
    query=ReferralQuery,
    answer=Uncounted[Referral],
    **_DETAILS,
)
async def get_referrals_without_total_count(call: Call) -> Uncounted[Referral]:
    """List the referrals of a campaign."""
    return uncounted(await _find(call, is_counted=False))


@operation(
    "updateReferral", "PUT", _REFERRAL, Access.MANAGEMENT, body=UpdateReferral, answer=Referral, **_DETAILS
)
async def update_referral(call: Call) -> Referral:
    """Update a referral."""
    async with call.transaction() as tx:
        campaign = await _campaign(call, tx)
        return await service.update_referral(tx, campaign, call.id("referralId"), call.body)


@operation("deleteReferral", "DELETE", _REFERRAL, Access.MANAGEMENT, **_DETAILS)
async def delete_referral(call: Call) -> None:
    """Delete a referral."""
    async with call.transaction() as tx:
        await store.delete_referral(tx, await _campaign(call, tx), call.id("referralId"))


async def _campaign(call: Call, tx: Transaction) -> CodeCampaign:
    return await get_code_campaign(tx, await call.application(tx), call.id("campaignId"))


async def _find(call: Call, *, is_counted: bool) -> Page[Referral]:
    async with call.transaction() as tx:
        return await service.list_referrals(
            tx,
            await _campaign(call, tx),
            filters=call.query,
            page=call.query.page(),
            now=call.now,
            is_counted=is_counted,
        )


OPERATIONS = [get_referrals, get_referrals_without_total_count, update_referral, delete_referral]
