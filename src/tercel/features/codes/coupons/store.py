"""Coupons in the database: rows in, rows out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Update, cast, column, delete, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, TEXT, insert

from tercel.base.errors import NotFoundError
from tercel.base.numbers import tidy
from tercel.database.bulk import insert_each
from tercel.database.tables.codes import coupon_reservations, coupons
from tercel.database.transaction import Transaction
from tercel.features.codes.coupons.model import Coupon
from tercel.features.codes.coupons.usage import Usage, load_usage
from tercel.features.codes.library.campaign import CodeCampaign


async def insert_coupons(
    tx: Transaction, shared: Mapping[str, Any], recipients: Mapping[str, str | None]
) -> Collection[str]:
    """Insert a coupon per code, with the columns of ``shared``; return the codes that were free."""
    document = [{"value": value, "recipient": recipient} for value, recipient in recipients.items()]
    codes = (
        func.jsonb_to_recordset(cast(document, JSONB))
        .table_valued(column("value", TEXT), column("recipient", TEXT))
        .render_derived(with_types=True)
    )
    constants = [cast(value, coupons.c[name].type) for name, value in shared.items()]
    statement = (
        insert(coupons)
        .from_select(
            ["value", "recipient_integration_id", *shared],
            select(codes.c.value, codes.c.recipient, *constants),
        )
        .on_conflict_do_nothing(index_elements=["application_id", "value"])
        .returning(coupons.c.value)
    )
    return await tx.scalars(statement)


async def insert_imported(
    tx: Transaction, shared: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> Sequence[str]:
    """Insert coupons, each with columns of its own and those of ``shared``; return the codes that were free."""
    if not rows:
        return []
    statement = insert_each(coupons, shared, rows)
    free = statement.on_conflict_do_nothing(index_elements=["application_id", "value"])
    return await tx.scalars(free.returning(coupons.c.value))


async def find_taken(tx: Transaction, application_id: int, values: Collection[str]) -> set[str]:
    """Return the codes among these that the application has already."""
    wanted = func.jsonb_array_elements_text(cast(list(values), JSONB)).column_valued("wanted")
    statement = select(coupons.c.value).where(
        coupons.c.application_id == application_id, coupons.c.value.in_(select(wanted))
    )
    return set(await tx.scalars(statement))


async def load_coupons(tx: Transaction, application_id: int, values: Collection[str]) -> Sequence[Row[Any]]:
    """Load the rows of these codes in the order of their creation."""
    wanted = func.jsonb_array_elements_text(cast(list(values), JSONB)).column_valued("wanted")
    statement = select(coupons).where(
        coupons.c.application_id == application_id, coupons.c.value.in_(select(wanted))
    )
    return await tx.all(statement.order_by(coupons.c.id))


async def change_coupon(
    tx: Transaction, which: Sequence[ColumnElement[bool]], values: Mapping[str, Any]
) -> Row[Any] | None:
    """Change the coupon that the conditions pick; its row as it is now, None when there is none."""
    return await tx.one_or_none(_edit(which, values).returning(coupons))


async def change_coupons(
    tx: Transaction, which: Sequence[ColumnElement[bool]], values: Mapping[str, Any]
) -> int:
    """Change all coupons that the conditions pick; how many there were."""
    return await tx.execute(_edit(which, values))


def _edit(which: Sequence[ColumnElement[bool]], values: Mapping[str, Any]) -> Update:
    """Return the statement of a change; it raises the number of edits, so that concurrent redemptions notice it."""
    return update(coupons).where(*which).values(**values, edits=coupons.c.edits + 1)


async def delete_coupons(tx: Transaction, which: Sequence[ColumnElement[bool]]) -> int:
    """Delete the coupons that meet all conditions, with their reservations; how many there were."""
    deleted = delete(coupons).where(*which).returning(coupons.c.application_id, coupons.c.id).cte("deleted")
    reservations = (
        delete(coupon_reservations)
        .where(
            coupon_reservations.c.application_id == deleted.c.application_id,
            coupon_reservations.c.coupon_id == deleted.c.id,
        )
        .returning(coupon_reservations.c.coupon_id)
        .cte("reservations")
    )
    count: int = await tx.scalar(select(func.count()).select_from(deleted).add_cte(reservations))
    return count


def one_coupon(campaign: CodeCampaign, coupon_id: int) -> list[ColumnElement[bool]]:
    """Return the conditions that pick one coupon of a campaign."""
    return [*coupons_of(campaign), coupons.c.id == coupon_id]


def coupons_of(campaign: CodeCampaign) -> list[ColumnElement[bool]]:
    """Return the conditions that pick the coupons of a campaign."""
    return [coupons.c.campaign_id == campaign.id, coupons.c.application_id == campaign.application_id]


def not_found(coupon_id: int) -> NotFoundError:
    """Make the error for a coupon that the campaign does not have."""
    return NotFoundError(f"coupon `{coupon_id}` does not exist in this campaign")


async def answer(tx: Transaction, rows: Sequence[Row[Any]]) -> list[Coupon]:
    """Return rows as answered; the counters of coupons without a limit are summed, for these rows only."""
    unlimited = [row.id for row in rows if row.usage_limit == 0 or row.discount_limit is None]
    usage = await load_usage(tx, rows[0].application_id, unlimited) if unlimited else {}
    return [coupon_from_row(row, usage.get(row.id, Usage())) for row in rows]


def coupon_from_row(row: Row[Any], usage: Usage) -> Coupon:
    """Return a row as answered; ``usage`` counts where the row does not."""
    discounted = usage.discount if row.discount_limit is None else row.discount_counter
    optional: dict[str, Any] = {
        "reservation_limit": row.reservation_limit,
        "start_date": row.start_date,
        "expiry_date": row.expiry_date,
        "limits": row.limits or None,
        "referral_id": row.referral_id,
        "recipient_integration_id": row.recipient_integration_id,
        "import_id": row.import_id,
        "batch_id": row.batch_id,
    }
    if row.discount_limit is not None:
        optional["discount_limit"] = tidy(row.discount_limit)
        optional["discount_remainder"] = tidy(row.discount_limit - discounted)
    return Coupon(
        id=row.id,
        created=row.created,
        campaign_id=row.campaign_id,
        value=row.value,
        usage_limit=row.usage_limit,
        usage_counter=usage.redemptions if row.usage_limit == 0 else row.usage_counter,
        discount_counter=tidy(discounted),
        reservation_counter=row.reservation_counter,
        attributes=row.attributes,
        reservation=row.reservation,
        is_reservation_mandatory=row.is_reservation_mandatory,
        implicitly_reserved=row.implicitly_reserved,
        **{name: value for name, value in optional.items() if value is not None},
    )
