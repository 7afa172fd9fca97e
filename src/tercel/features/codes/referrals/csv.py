"""Referrals as files (behaviour/csv 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, BinaryIO

import msgspec

from tercel.base.errors import InvalidError, Problem, WrongStateError
from tercel.base.limits import REFERRAL_CODE_LENGTH_MAX
from tercel.database.tables.codes import referrals
from tercel.database.transaction import Transaction
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.codes.library.checks import Instant, UsageLimit, date_problems, without_nulls
from tercel.features.codes.library.lines import FileCodes, in_line
from tercel.features.codes.referrals.listing import REFERRALS, ReferralFilter
from tercel.features.codes.referrals.model import Attributes, ProfileIntegrationId
from tercel.features.codes.referrals.store import insert_imported
from tercel.features.common.attributes import AttributeDefinition, check_attributes, load_definitions
from tercel.features.common.csv.cells import DateFormat
from tercel.features.common.csv.exporting import Export, File, member
from tercel.features.common.csv.importing import Import, Importing, Numbered
from tercel.features.common.filters import equals
from tercel.features.common.ids import Id
from tercel.features.common.patterns.make import wait_for_turn
from tercel.features.common.scope import ApplicationScope, CampaignScope


class ReferralExportQuery(ReferralFilter, kw_only=True, rename="camel"):
    """Which referrals go out, and how."""

    campaign_id: Annotated[Id, equals(referrals.c.campaign_id)] | None = None
    batch_id: Annotated[str, equals(referrals.c.batch_id)] | None = None
    date_format: DateFormat | None = None


_FILE = Export(
    name="referrals",
    entity="Referral",
    listing=REFERRALS,
    columns={
        "code": member("code"),
        "advocateprofileintegrationid": member("advocate_profile_integration_id"),
        "startdate": member("start_date"),
        "expirydate": member("expiry_date"),
        "limitval": member("usage_limit"),
        "attributes": member("attributes"),
    },
)


async def export_referrals(tx: Transaction, scope: ApplicationScope, query: ReferralExportQuery) -> File:
    """Begin the export of the referrals that are meant."""
    return await _FILE.begin(tx, scope, query, times=query.date_format)


class ReferralLine(msgspec.Struct, kw_only=True):
    """A line of a file of referrals."""

    code: str
    advocateprofileintegrationid: ProfileIntegrationId
    startdate: Instant | None = None
    expirydate: Instant | None = None
    limitval: UsageLimit = 1
    attributes: Attributes = {}


_REFERRALS = Importing(ReferralLine, "Referral")


async def import_referrals(
    tx: Transaction, scope: CampaignScope, campaign: CodeCampaign, file: BinaryIO
) -> Import:
    """Make a referral of each line of a file; profiles of advocates that do not exist are not made.

    Raises:
        InvalidError: lines cannot be accepted, so nothing was imported.
        TooLargeError: there are too many lines.
        WrongStateError: the campaign has no referrals.
    """
    if "referrals" not in campaign.features:
        raise WrongStateError(f"campaign `{campaign.id}` has no referrals: switch on its feature `referrals`")
    await wait_for_turn(tx, "imported referrals", campaign.application_id)
    definitions = await load_definitions(
        tx, campaign.account_id, "Referral", application_id=campaign.application_id
    )
    codes = FileCodes(campaign.case_sensitivity, REFERRAL_CODE_LENGTH_MAX)
    shared = {
        "application_id": campaign.application_id,
        "campaign_id": campaign.id,
        "created": scope.now,
    }

    async def write(import_id: int, piece: Sequence[Numbered[ReferralLine]]) -> int:
        rows = _rows(piece, codes, definitions)
        made = set(await insert_imported(tx, {**shared, "import_id": import_id}, list(rows.values())))
        taken = [
            in_line(number, Problem(title="unique", details=f"there is already a referral `{row['code']}`"))
            for number, row in rows.items()
            if row["code"] not in made
        ]
        if taken:
            raise InvalidError(*taken)
        return len(made)

    return await _REFERRALS.run(tx, scope, file, write)


def _rows(
    piece: Sequence[Numbered[ReferralLine]],
    codes: FileCodes,
    definitions: Mapping[str, AttributeDefinition],
) -> dict[int, dict[str, Any]]:
    """Return the columns of the referrals of a piece by the numbers of their lines.

    Raises:
        InvalidError: lines cannot be accepted.
    """
    rows, problems = {}, []
    for number, line in piece:
        code = codes.fold(line.code)
        wrong = [
            *codes.add(code),
            *date_problems(line.startdate, line.expirydate),
            *check_attributes(line.attributes, definitions, "Referral"),
        ]
        problems += [in_line(number, problem) for problem in wrong]
        rows[number] = {
            "code": code,
            "advocate_profile_integration_id": line.advocateprofileintegrationid,
            "usage_limit": line.limitval,
            "start_date": line.startdate,
            "expiry_date": line.expirydate,
            "attributes": without_nulls(line.attributes),
        }
    if problems:
        raise InvalidError(*problems)
    return rows
