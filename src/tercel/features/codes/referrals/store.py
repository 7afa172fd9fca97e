"""Referrals in the database: rows in, rows out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import UNSET
from sqlalchemy import ColumnElement, Row, cast, column, delete, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, TEXT, insert

from tercel.base.errors import NotFoundError
from tercel.database.bulk import insert_each
from tercel.database.tables.codes import referrals
from tercel.database.tables.ledger import entries
from tercel.database.transaction import Transaction
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.codes.referrals.model import Referral
from tercel.ledger.start_counting import stop_redemptions

_redemptions = func.coalesce(func.sum(entries.c.amount), 0)


async def insert_referrals(
    tx: Transaction, shared: Mapping[str, Any], advocates: Mapping[str, str | None]
) -> Collection[str]:
    """Insert a referral per code, with the columns of ``shared``; return the codes that were free."""
    document = [{"code": code, "advocate": advocate} for code, advocate in advocates.items()]
    codes = (
        func.jsonb_to_recordset(cast(document, JSONB))
        .table_valued(column("code", TEXT), column("advocate", TEXT))
        .render_derived(with_types=True)
    )
    constants = [cast(value, referrals.c[name].type) for name, value in shared.items()]
    statement = (
        insert(referrals)
        .from_select(
            ["code", "advocate_profile_integration_id", *shared],
            select(codes.c.code, codes.c.advocate, *constants),
        )
        .on_conflict_do_nothing(index_elements=["application_id", "code"])
        .returning(referrals.c.code)
    )
    return await tx.scalars(statement)


async def insert_imported(
    tx: Transaction, shared: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> Sequence[str]:
    """Insert referrals, each with columns of its own and those of ``shared``; return the codes that were free."""
    statement = insert_each(referrals, shared, rows)
    conflict = statement.on_conflict_do_nothing(index_elements=["application_id", "code"])
    return await tx.scalars(conflict.returning(referrals.c.code))


async def find_taken(tx: Transaction, application_id: int, codes: Collection[str]) -> set[str]:
    """Return the codes among these that the application has already."""
    wanted = func.jsonb_array_elements_text(cast(list(codes), JSONB)).column_valued("wanted")
    statement = select(referrals.c.code).where(
        referrals.c.application_id == application_id, referrals.c.code.in_(select(wanted))
    )
    return set(await tx.scalars(statement))


async def load_referrals(tx: Transaction, application_id: int, codes: Collection[str]) -> Sequence[Row[Any]]:
    """Load the rows of these codes in the order of their creation."""
    statement = select(referrals).where(
        referrals.c.application_id == application_id, referrals.c.code.in_(codes)
    )
    return await tx.all(statement.order_by(referrals.c.id))


async def change_referral(
    tx: Transaction, campaign: CodeCampaign, referral_id: int, values: Mapping[str, Any]
) -> Row[Any]:
    """Change one referral of a campaign; its row as it is now.

    Raises:
        NotFoundError: the campaign has no such referral.
    """
    edited = update(referrals).values(**values, edits=referrals.c.edits + 1)
    row = await tx.one_or_none(edited.where(*_one(campaign, referral_id)).returning(referrals))
    if row is None:
        raise _not_found(referral_id)
    return row


async def delete_referral(tx: Transaction, campaign: CodeCampaign, referral_id: int) -> None:
    """Delete one referral of a campaign.

    Raises:
        NotFoundError: the campaign has no such referral.
    """
    await stop_redemptions(tx, campaign.id)
    if not await tx.execute(delete(referrals).where(*_one(campaign, referral_id))):
        raise _not_found(referral_id)


async def answer(tx: Transaction, rows: Sequence[Row[Any]]) -> list[Referral]:
    """Return rows as answered; the counters of referrals without a limit are summed, for these rows only."""
    unlimited = [row.id for row in rows if row.usage_limit == 0]
    used = await _load_redemptions(tx, rows[0].application_id, unlimited) if unlimited else {}
    return [_from_row(row, used.get(row.id, 0)) for row in rows]


async def _load_redemptions(
    tx: Transaction, application_id: int, referral_ids: Collection[int]
) -> dict[int, int]:
    statement = (
        select(entries.c.referral_id, _redemptions.label("redemptions"))
        .where(
            entries.c.application_id == application_id,
            entries.c.referral_id.in_(referral_ids),
            entries.c.kind == "redeemReferral",
        )
        .group_by(entries.c.referral_id)
    )
    return {row.referral_id: int(row.redemptions) for row in await tx.all(statement)}


def _from_row(row: Row[Any], redemptions: int) -> Referral:
    return Referral(
        id=row.id,
        created=row.created,
        campaign_id=row.campaign_id,
        code=row.code,
        advocate_profile_integration_id=row.advocate_profile_integration_id,
        friend_profile_integration_id=row.friend_profile_integration_id or UNSET,
        start_date=row.start_date or UNSET,
        expiry_date=row.expiry_date or UNSET,
        usage_limit=row.usage_limit,
        usage_counter=redemptions if row.usage_limit == 0 else row.usage_counter,
        attributes=row.attributes,
        import_id=row.import_id or UNSET,
        batch_id=row.batch_id or UNSET,
    )


def _one(campaign: CodeCampaign, referral_id: int) -> list[ColumnElement[bool]]:
    return [
        referrals.c.id == referral_id,
        referrals.c.campaign_id == campaign.id,
        referrals.c.application_id == campaign.application_id,
    ]


def _not_found(referral_id: int) -> NotFoundError:
    return NotFoundError(f"referral `{referral_id}` does not exist in this campaign")
