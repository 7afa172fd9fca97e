"""Coupons as files: all that lists can show, and files of codes that exist elsewhere (behaviour/csv 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, BinaryIO

import msgspec
from sqlalchemy import ColumnElement, false

from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import COUPON_CODE_LENGTH_MAX
from tercel.database.tables.codes import coupons
from tercel.database.transaction import Transaction
from tercel.features.codes.coupons.checks import constraint_problems
from tercel.features.codes.coupons.create import draw_batch_id
from tercel.features.codes.coupons.listing import COUPON_VALUES, COUPONS, CouponQuery
from tercel.features.codes.coupons.model import Attributes, Coupon, CouponConstraints, Recipient
from tercel.features.codes.coupons.store import insert_imported
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.codes.library.checks import Instant, UsageLimit, without_nulls
from tercel.features.codes.library.lines import FileCodes, in_line
from tercel.features.common.attributes import (
    AttributeDefinition,
    check_attributes,
    check_mandatory,
    load_definitions,
)
from tercel.features.common.csv.cells import DateFormat
from tercel.features.common.csv.exporting import Export, File, member
from tercel.features.common.csv.importing import Import, Importing, Numbered
from tercel.features.common.filters import Moment, equals, means
from tercel.features.common.ids import Id
from tercel.features.common.patterns.make import secure_choices, wait_for_turn
from tercel.features.common.scope import ApplicationScope, CampaignScope


def _was_deleted(_moment: datetime) -> ColumnElement[bool]:
    """Coupons that were deleted are gone."""
    return false()


class CouponExportQuery(CouponQuery, kw_only=True, rename="camel"):
    """Which coupons go out, and how. ``values_only`` leaves everything but the codes out."""

    campaign_id: Annotated[Id, equals(coupons.c.campaign_id)] | None = None
    deleted_before: Annotated[Moment, means(_was_deleted)] | None = None
    deleted_after: Annotated[Moment, means(_was_deleted)] | None = None
    sort: str | None = None
    date_format: DateFormat | None = None
    values_only: bool = False


class CouponImportQuery(msgspec.Struct, rename="camel"):
    """What becomes of codes that exist."""

    skip_duplicates: bool = False


def _nothing(_coupon: Coupon, _scope: ApplicationScope) -> None:
    return None


_FILE = Export(
    name="coupons",
    entity="Coupon",
    listing=COUPONS,
    columns={
        "accountid": lambda _, scope: scope.account_id,
        "applicationid": lambda _, scope: scope.application_id,
        "attributes": member("attributes"),
        "batchid": member("batch_id"),
        "campaignid": member("campaign_id"),
        "counter": member("usage_counter"),
        "created": member("created"),
        "deleted": _nothing,
        "deleted_changelogid": _nothing,
        "discount_counter": member("discount_counter"),
        "discount_limitval": member("discount_limit"),
        "expirydate": member("expiry_date"),
        "id": member("id"),
        "importid": member("import_id"),
        "is_reservation_mandatory": member("is_reservation_mandatory"),
        "limits": member("limits"),
        "limitval": member("usage_limit"),
        "recipientintegrationid": member("recipient_integration_id"),
        "referralid": member("referral_id"),
        "reservation": member("reservation"),
        "reservation_counter": member("reservation_counter"),
        "reservation_limitval": member("reservation_limit"),
        "startdate": member("start_date"),
        "value": member("value"),
    },
)
_CODES = Export(name="coupons", entity="Coupon", listing=COUPON_VALUES, columns={"value": member("value")})


async def export_coupons(tx: Transaction, scope: ApplicationScope, query: CouponExportQuery) -> File:
    """Begin the export of the coupons that are meant.

    Raises:
        InvalidError: they cannot be sorted so, or filters exclude each other.
    """
    export: Export[ApplicationScope, Any] = _CODES if query.values_only else _FILE
    return await export.begin(tx, scope, query, times=query.date_format, sort=query.sort)


class CouponLine(msgspec.Struct, kw_only=True):
    """A line of a file of coupons. What exports write under other names is read as well."""

    value: str
    limitval: UsageLimit = 1
    discountlimit: Decimal | None = None
    discount_limitval: Decimal | None = None
    reservation_limitval: UsageLimit | None = None
    startdate: Instant | None = None
    expirydate: Instant | None = None
    recipientintegrationid: Recipient | None = None
    attributes: Attributes = {}

    @property
    def constraints(self) -> CouponConstraints:
        """How much the coupon is worth and when."""
        return CouponConstraints(
            usage_limit=self.limitval,
            discount_limit=self.discount_limitval if self.discountlimit is None else self.discountlimit,
            reservation_limit=self.reservation_limitval,
            start_date=self.startdate,
            expiry_date=self.expirydate,
        )


_COUPONS = Importing(CouponLine, "Coupon")


async def import_coupons(
    tx: Transaction, scope: CampaignScope, campaign: CodeCampaign, file: BinaryIO, asked: CouponImportQuery
) -> Import:
    """Make a coupon of each line of a file; codes that exist are refused or, if asked for, skipped.

    Raises:
        InvalidError: lines cannot be accepted, so nothing was imported.
        TooLargeError: there are too many lines.
    """
    await wait_for_turn(tx, "imported codes", campaign.application_id)
    definitions = await load_definitions(
        tx, campaign.account_id, "Coupon", application_id=campaign.application_id
    )
    batch = _Batch(campaign, definitions, asked.skip_duplicates)
    shared = {
        "application_id": campaign.application_id,
        "campaign_id": campaign.id,
        "batch_id": draw_batch_id(secure_choices),
        "created": scope.now,
    }

    async def write(import_id: int, piece: Sequence[Numbered[CouponLine]]) -> int:
        rows = batch.rows(piece)
        made = await insert_imported(tx, {**shared, "import_id": import_id}, list(rows.values()))
        if not asked.skip_duplicates and len(made) < len(rows):
            known = set(made)
            raise InvalidError(
                *(
                    in_line(
                        number, Problem(title="unique", details=f"there is already a coupon `{row['value']}`")
                    )
                    for number, row in rows.items()
                    if row["value"] not in known
                )
            )
        return len(made)

    return await _COUPONS.run(tx, scope, file, write)


class _Batch:
    """The coupons of one file, as they come."""

    def __init__(
        self, campaign: CodeCampaign, definitions: Mapping[str, AttributeDefinition], skips_duplicates: bool
    ) -> None:
        self._campaign = campaign
        self._definitions = definitions
        self._skips_duplicates = skips_duplicates
        self._codes = FileCodes(campaign.case_sensitivity, COUPON_CODE_LENGTH_MAX)

    def rows(self, piece: Sequence[Numbered[CouponLine]]) -> dict[int, dict[str, Any]]:
        """Return the columns of the coupons of a piece by the numbers of their lines.

        Raises:
            InvalidError: lines cannot be accepted.
        """
        rows, problems = {}, []
        for number, line in piece:
            value = self._codes.fold(line.value)
            if value in self._codes and self._skips_duplicates:
                continue
            attributes = {**self._campaign.coupon_attributes, **line.attributes}
            problems += [in_line(number, problem) for problem in self._problems(line, value, attributes)]
            rows[number] = {
                "value": value,
                "recipient_integration_id": line.recipientintegrationid,
                "reservation": line.recipientintegrationid is None,
                "attributes": without_nulls(attributes),
                **msgspec.structs.asdict(line.constraints),
            }
        if problems:
            raise InvalidError(*problems)
        return rows

    def _problems(self, line: CouponLine, value: str, attributes: Attributes) -> Iterator[Problem]:
        yield from self._codes.add(value)
        yield from constraint_problems(line.constraints)
        yield from check_attributes(attributes, self._definitions, "Coupon")
        yield from check_mandatory(attributes, self._campaign.mandatory_coupon_attributes)
