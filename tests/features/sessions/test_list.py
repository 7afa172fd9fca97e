"""Reading sessions of an application (behaviour/lists 5)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from tercel.base.codec import decode_any, encode
from tercel.base.errors import InvalidError, NotFoundError
from tercel.base.keys import lookup_key
from tercel.database.tables.customers import profiles
from tercel.database.tables.sessions import sessions
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.listing import Page, Paging
from tercel.features.customers.profiles.model import CustomerProfileSearchQuery
from tercel.features.engine.sessions.listing import SESSIONS, SessionFilter, of_customers
from tercel.features.engine.sessions.model import ApplicationSession
from tercel.features.engine.sessions.read import get_session, show_as_in_lists
from tests.features.conftest import make_application
from tests.features.scopes import application, asked

pytestmark = pytest.mark.anyio

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Make = Callable[..., Awaitable[int]]


@pytest.fixture
def make(tx: Transaction, caller: Caller, application_id: int) -> Make:
    """Insert a session, and its customer's profile when ``profile`` names one."""

    async def run(integration_id: str, profile: str | None = None, **columns: Any) -> int:
        values = {
            "application_id": application_id,
            "integration_id": integration_id,
            "key": lookup_key(integration_id),
            "state": "open",
            "created": NOW,
            "updated": NOW,
            **columns,
        }
        if profile is not None:
            customer = {
                "account_id": caller.account_id,
                "integration_id": profile,
                "key": lookup_key(profile),
            }
            values["profile_id"] = await tx.scalar(
                insert(profiles).values(**customer).returning(profiles.c.id)
            )
            values["profile_integration_id"] = profile
        session_id: int = await tx.scalar(insert(sessions).values(**values).returning(sessions.c.id))
        return session_id

    return run


async def found(tx: Transaction, application_id: int, sort: str | None = None, **filters: Any) -> list[str]:
    scope = application(Caller(account_id=0), application_id)
    page = await SESSIONS.page(tx, scope, asked(SessionFilter(**filters), Paging(sort=sort)))
    return [session.integration_id for session in page.data]


async def test_every_field(tx: Transaction, application_id: int, make: Make) -> None:
    line = {"sku": "MUG-1", "quantity": 2, "price": Decimal("10.5"), "position": 0, "attributes": {}}
    session_id = await make(
        "order/1 🦅",
        "ann",
        state="closed",
        store_integration_id="STORE-1",
        coupon_codes=["SPRING", "SUMMER"],
        referral_code="FRIEND",
        cart_items=encode([line]).decode(),
        total=Decimal("25.00"),
        total_discounts=Decimal("4.00"),
        attributes={"channel": "web"},
    )
    session = await get_session(tx, application_id, session_id)
    assert decode_any(encode(session)) == {
        "id": session_id,
        "created": "2030-01-01T12:00:00Z",
        "integrationId": "order/1 🦅",
        "storeIntegrationId": "STORE-1",
        "applicationId": application_id,
        "profileId": session.profile_id,
        "profileintegrationid": "ann",
        "coupon": "SPRING",
        "referral": "FRIEND",
        "state": "closed",
        "cartItems": [line],
        "discounts": {},
        "totalDiscounts": 4,
        "total": 25,
        "attributes": {"channel": "web"},
    }


async def test_an_anonymous_session_without_codes(tx: Transaction, application_id: int, make: Make) -> None:
    answer = decode_any(encode(await get_session(tx, application_id, await make("s1"))))
    assert (answer["coupon"], answer["referral"], answer["cartItems"]) == ("", "", [])
    assert not {"profileId", "profileintegrationid", "storeIntegrationId"} & set(answer)


async def test_a_session_of_another_application_does_not_exist(
    tx: Transaction, caller: Caller, make: Make
) -> None:
    with pytest.raises(NotFoundError):
        await get_session(tx, await make_application(tx, caller, "Other"), await make("s1"))


async def test_the_newest_first_unless_sorted(tx: Transaction, application_id: int, make: Make) -> None:
    await make("s1", created=NOW, total=Decimal(30))
    await make("s2", created=NOW + MINUTE, total=Decimal(10))
    await make("s3", created=NOW, total=Decimal(20))
    assert await found(tx, application_id) == ["s2", "s3", "s1"]
    assert await found(tx, application_id, sort="total") == ["s2", "s3", "s1"]
    assert await found(tx, application_id, sort="-total") == ["s1", "s3", "s2"]
    assert await found(tx, application_id, sort="created") == ["s1", "s3", "s2"]
    with pytest.raises(InvalidError) as refused:
        await found(tx, application_id, sort="cartItems")
    assert refused.value.problems[0].parameter == "sort"


async def test_exact_filters(tx: Transaction, application_id: int, make: Make) -> None:
    long = "x" * 1_000
    await make(long, "ann", state="closed", coupon_codes=["SPRING", "VIP"], store_integration_id="North")
    await make("s2", "a/b", state="cancelled", referral_code="FRIEND", created=NOW - MINUTE)
    await make("s3", created=NOW - 2 * MINUTE)
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({"integration_id": long}, [long]),
        ({"integration_id": "s"}, []),
        ({"profile": "a/b"}, ["s2"]),
        ({"profile": "nobody"}, []),
        ({"coupon": "VIP"}, [long]),
        ({"coupon": "vip"}, [long]),
        ({"coupon": "VI"}, []),
        ({"referral": "friend"}, ["s2"]),
        ({"store_integration_id": "North"}, [long]),
        ({"store_integration_id": "north"}, []),
        ({"state": ["closed", "cancelled"]}, [long, "s2"]),
        ({"state": ["open"]}, ["s3"]),
        ({"created_after": NOW - MINUTE, "created_before": NOW}, ["s2"]),
        ({"state": ["closed"], "profile": "a/b"}, []),
        ({"integration_id": ""}, [long, "s2", "s3"]),
    ]
    for filters, wanted in expected:
        assert await found(tx, application_id, **filters) == wanted, filters


async def test_partial_matches(tx: Transaction, application_id: int, make: Make) -> None:
    await make("Order-100%", "Ann-Smith", coupon_codes=["SPRING", "VIP"], store_integration_id="North-1")
    await make("order-200_", "bob", referral_code="FRIENDS", created=NOW - MINUTE)
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({"integration_id": "ORDER-"}, ["Order-100%", "order-200_"]),
        ({"integration_id": "00%"}, ["Order-100%"]),
        ({"integration_id": "00_"}, ["order-200_"]),
        ({"integration_id": "er"}, []),
        ({"profile": "smith"}, ["Order-100%"]),
        ({"profile": "bob"}, ["order-200_"]),
        ({"coupon": "prin"}, ["Order-100%"]),
        ({"coupon": "ing,vip"}, []),
        ({"coupon": "IP"}, []),
        ({"referral": "riend"}, ["order-200_"]),
        ({"store_integration_id": "ORTH"}, ["Order-100%"]),
    ]
    for filters, wanted in expected:
        assert await found(tx, application_id, partial_match=True, **filters) == wanted, filters


async def test_a_partial_match_takes_one_text(tx: Transaction, application_id: int) -> None:
    with pytest.raises(InvalidError) as refused:
        await found(tx, application_id, partial_match=True, profile="ann", coupon="spring")
    assert refused.value.problems[0].parameter == "partialMatch"
    assert await found(tx, application_id, partial_match=True, state=["open"]) == []


async def test_pages(tx: Transaction, application_id: int, make: Make) -> None:
    for number in range(3):
        await make(f"s{number}", created=NOW + number * MINUTE)
    scope = application(Caller(account_id=0), application_id)
    first = await SESSIONS.page(tx, scope, asked(page=Paging(2)))
    assert ([session.integration_id for session in first.data], first.has_more) == (["s2", "s1"], True)


async def test_searching_by_the_customer(
    tx: Transaction, caller: Caller, application_id: int, make: Make
) -> None:
    await make("s1", "ann")
    await make("s2", "bob", created=NOW - MINUTE)
    await make("anonymous")

    async def search(**query: Any) -> Page[ApplicationSession]:
        scope = application(caller, application_id)
        condition = await of_customers(tx, scope, CustomerProfileSearchQuery(**query))
        return await SESSIONS.page(tx, scope, asked(page=Paging(1)), condition, is_counted=True)

    page = await search(integration_ids=["ann", "bob"])
    assert ([session.integration_id for session in page.data], page.total, page.has_more) == (["s1"], 2, True)
    page = await search(integration_ids=["bob"])
    assert ([session.integration_id for session in page.data], page.total, page.has_more) == (
        ["s2"],
        1,
        False,
    )
    with pytest.raises(InvalidError):
        await search(attributes={"unknown": 1})


async def test_lists_of_several_sessions_hide_discounts(
    tx: Transaction, application_id: int, make: Make
) -> None:
    async def discounts(*, shows_discounts: bool) -> list[Decimal]:
        page = await SESSIONS.page(tx, application(Caller(account_id=0), application_id), asked())
        show_as_in_lists(page.data, shows_discounts=shows_discounts)
        return [session.total_discounts for session in page.data]

    await make("s1", total_discounts=Decimal(4))
    assert await discounts(shows_discounts=False) == [4]
    await make("s2", total_discounts=Decimal(5))
    assert await discounts(shows_discounts=False) == [0, 0]
    assert await discounts(shows_discounts=True) == [5, 4]
