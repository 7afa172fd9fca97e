"""Creating coupons by a job: exactly as many as were asked for, each code once, or a message that says why not (behaviour/jobs 3)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.rows import dict_row
from sqlalchemy import delete

from tercel.base.errors import InvalidError
from tercel.base.limits import COUPONS_PER_JOB_MAX
from tercel.database.engine import Database
from tercel.database.tables.campaigns import campaigns
from tercel.features.campaigns.campaigns.model import CodeGeneratorSettings
from tercel.features.codes.coupons import creation_job, free
from tercel.features.codes.coupons.create import create_coupons
from tercel.features.codes.coupons.model import NewCoupons
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.common.patterns.make import secure_choices
from tests.jobs.conftest import NOW, Ask, counted, finished, state_of

pytestmark = pytest.mark.anyio


def codes_like(pattern: str, alphabet: str) -> CodeGeneratorSettings:
    return CodeGeneratorSettings(coupon_pattern=pattern, valid_characters=list(alphabet))


def stored(dsn: str) -> list[dict[str, Any]]:
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        return connection.execute("SELECT * FROM coupons ORDER BY id").fetchall()


async def create(
    database: Database, campaign: CodeCampaign, number: int, pattern: str, alphabet: str
) -> None:
    new = NewCoupons(
        usage_limit=1, number_of_coupons=number, coupon_pattern=pattern, valid_characters=list(alphabet)
    )
    async with database.transaction() as tx:
        await create_coupons(tx, campaign, new, now=NOW, choices=secure_choices)


async def test_many_coupons(database: Database, database_url: str, ask: Ask) -> None:
    job = await ask(250_001)
    assert (job.kind, job.status, job.done, job.total) == ("couponCreation", "pending", 0, 250_001)
    [job] = await finished(database, job)
    assert (job.status, job.done, job.message) == ("completed", 250_001, msgspec.UNSET)
    assert counted(database_url) == counted(database_url, "count(DISTINCT value)") == 250_001
    assert counted(database_url, "count(DISTINCT batch_id)") == 1


@pytest.mark.parametrize("pattern", ["BIG-########", "SMALL-##"])
async def test_they_share_what_was_asked_for(
    database: Database, database_url: str, campaign: CodeCampaign, ask: Ask, pattern: str
) -> None:
    job = await ask(
        5,
        usage_limit=0,
        discount_limit=Decimal("12.5"),
        reservation_limit=0,
        start_date=NOW,
        expiry_date=NOW + timedelta(days=1),
        is_reservation_mandatory=True,
        coupon_settings=codes_like(pattern, "abcdefghijkl\\"),
    )
    await finished(database, job)
    made = stored(database_url)
    assert len(made) == 5
    for coupon in made:
        assert coupon["value"].startswith(pattern.partition("#")[0])
        assert set(coupon["value"].partition("-")[2]) <= set("ABCDEFGHIJKL\\")
        assert (coupon["application_id"], coupon["campaign_id"]) == (campaign.application_id, campaign.id)
        assert (coupon["usage_limit"], coupon["discount_limit"]) == (0, Decimal("12.5"))
        assert (coupon["reservation_limit"], coupon["is_reservation_mandatory"]) == (0, True)
        assert (coupon["start_date"], coupon["expiry_date"]) == (NOW, NOW + timedelta(days=1))
        assert (coupon["created"], coupon["batch_id"]) == (NOW, job.batch_id)
        assert (coupon["reservation"], coupon["recipient_integration_id"]) == (True, None)
        assert (coupon["attributes"], coupon["limits"], coupon["usage_counter"]) == ({}, [], 0)


async def test_a_full_pattern_ends_the_job(database: Database, campaign: CodeCampaign, ask: Ask) -> None:
    await create(database, campaign, 60, "N-##", "0123456789")
    fits = await ask(30, coupon_settings=codes_like("N-##", "0123456789"))
    too_many = await ask(11, coupon_settings=codes_like("N-##", "0123456789"))
    fits, too_many = await finished(database, fits, too_many)
    assert (fits.status, fits.done) == ("completed", 30)
    assert (too_many.status, too_many.done) == ("coupon pattern full", 0)
    assert "`N-##` has too few free codes left" in str(too_many.message)


async def test_a_code_that_exists_ends_the_job(
    database: Database, database_url: str, campaign: CodeCampaign, ask: Ask
) -> None:
    await create(database, campaign, 1, "SUMMER", "A")
    [job] = await finished(database, await ask(1, coupon_settings=codes_like("summer", "A")))
    assert (job.status, job.message) == ("failed", "the code `SUMMER` exists already")
    assert counted(database_url) == 1


async def test_a_rare_conflict_costs_one_more_look(
    database: Database, database_url: str, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Codes are taken to be free; when one is not, the step looks for others."""
    monkeypatch.setattr(free, "_ROOM", 0)
    monkeypatch.setattr(creation_job, "CHUNK", 100)
    [job] = await finished(database, await ask(900, coupon_settings=codes_like("N-###", "0123456789")))
    assert (job.status, job.done) == ("completed", 900)
    assert counted(database_url, "count(DISTINCT value)") == 900


async def test_a_deleted_campaign_ends_the_job(
    database: Database, database_url: str, campaign: CodeCampaign, ask: Ask
) -> None:
    job = await ask(10)
    async with database.transaction() as tx:
        await tx.execute(delete(campaigns).where(campaigns.c.id == campaign.id))
    [job] = await finished(database, job)
    assert (job.status, job.message) == ("failed", "the campaign was deleted")
    assert counted(database_url) == 0


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        (
            {"number": 101, "coupon_settings": codes_like("N-##", "0123456789")},
            "/couponSettings/couponPattern",
        ),
        ({"number": 1, "coupon_settings": codes_like("N-#", " ")}, "/couponSettings/validCharacters/0"),
        ({"number": 1, "start_date": NOW, "expiry_date": NOW}, "/expiryDate"),
        ({"number": 1, "discount_limit": Decimal(-1)}, "/discountLimit"),
        ({"number": 1, "attributes": {"unknown": 1}}, "/attributes/unknown"),
    ],
)
async def test_what_cannot_be_made_is_refused_at_once(ask: Ask, asked: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidError) as refused:
        await ask(**asked)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


async def test_the_largest_job_may_be_asked_for(database: Database, ask: Ask) -> None:
    job = await state_of(database, await ask(COUPONS_PER_JOB_MAX))
    assert job.total == COUPONS_PER_JOB_MAX
