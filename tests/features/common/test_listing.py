"""Lists, whatever they list (behaviour/lists 1, 2, 3)."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import pytest
from sqlalchemy import insert

from tercel.base.errors import InvalidError
from tercel.database.tables.applications import stores
from tercel.database.transaction import Transaction
from tercel.features.common import listing
from tercel.features.common.caller import Caller
from tercel.features.common.filters import Filter, Moment, contains, equals, one_of, since, text, until
from tercel.features.common.listing import Listing, Paged, Paging, TotalPaging, each
from tercel.features.common.scope import ApplicationScope
from tercel.features.setup.stores.resource import STORES
from tests.features.scopes import application, asked

pytestmark = pytest.mark.anyio
_NOW = datetime(2030, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)


def _ends(word: str) -> Any:
    return stores.c.name.endswith(word, autoescape=True)


class NameFilter(Filter, kw_only=True, rename="camel"):
    name: Annotated[str, equals(stores.c.name)] | None = None
    part: Annotated[str, contains(stores.c.name, stores.c.description)] | None = None
    end: Annotated[str, text(_ends)] | None = None
    names: Annotated[list[str], one_of(stores.c.name)] | None = None
    created_after: Annotated[Moment, since(stores.c.created)] | None = None
    created_before: Annotated[Moment, until(stores.c.created)] | None = None
    nothing: str | None = None


@pytest.fixture
async def scope(tx: Transaction, caller: Caller, application_id: int) -> ApplicationScope:
    """An application with three stores, made one hour after the other."""
    for hour, name in enumerate(("b%", "a", "c")):
        values = {
            "application_id": application_id,
            "name": name,
            "description": "A shop",
            "integration_id": name,
            "key": name.encode(),
            "created": _NOW + hour * _HOUR,
        }
        await tx.execute(insert(stores).values(**values))
    return application(caller, application_id)


async def names(tx: Transaction, scope: ApplicationScope, **filters: Any) -> list[str]:
    page = await STORES.page(tx, scope, asked(NameFilter(**filters)))
    return [store.name for store in page.data]


async def test_members_say_which_rows_they_mean(tx: Transaction, scope: ApplicationScope) -> None:
    assert await names(tx, scope) == ["b%", "a", "c"]
    assert await names(tx, scope, nothing="x") == ["b%", "a", "c"]
    assert await names(tx, scope, name="a") == ["a"]
    assert await names(tx, scope, name="") == []
    assert await names(tx, scope, part="%") == ["b%"]
    assert await names(tx, scope, part="SHOP") == ["b%", "a", "c"]
    assert await names(tx, scope, end="%") == ["b%"]
    assert await names(tx, scope, end="") == ["b%", "a", "c"]
    assert await names(tx, scope, names=["a", "c"]) == ["a", "c"]
    assert await names(tx, scope, names=[]) == ["b%", "a", "c"]
    assert await names(tx, scope, part="shop", names=["a"], name="c") == []


async def test_intervals_are_half_open(tx: Transaction, scope: ApplicationScope) -> None:
    assert await names(tx, scope, created_after=_NOW + _HOUR) == ["a", "c"]
    assert await names(tx, scope, created_before=_NOW + _HOUR) == ["b%"]
    assert await names(tx, scope, created_after=_NOW, created_before=_NOW + _HOUR) == ["b%"]


async def test_the_three_envelopes(tx: Transaction, scope: ApplicationScope) -> None:
    counted = await STORES.counted(tx, scope, asked(page=Paging(2)))
    assert (counted.total_result_size, [store.name for store in counted.data]) == (3, ["b%", "a"])
    assert (await STORES.uncounted(tx, scope, asked(page=Paging(2)))).has_more
    assert not (await STORES.uncounted(tx, scope, asked(page=Paging(2, 1)))).has_more
    plain = await STORES.optional(tx, scope, Paged(Filter(), TotalPaging(2)))
    assert (plain.has_more, plain.total_result_size) == (True, None)
    total = await STORES.optional(tx, scope, Paged(Filter(), TotalPaging(2, with_total_result_size=True)))
    assert (total.has_more, total.total_result_size) == (None, 3)


async def test_the_order_is_the_one_asked_for(tx: Transaction, scope: ApplicationScope) -> None:
    page = await STORES.page(tx, scope, asked(page=Paging(2, 1, "-name")))
    assert [store.name for store in page.data] == ["b%", "a"]
    with pytest.raises(InvalidError) as refused:
        await STORES.page(tx, scope, asked(page=Paging(sort="nme")))
    (problem,) = refused.value.problems
    assert problem.parameter == "sort"
    assert "did you mean `name`" in str(problem.details)


async def test_all_rows_come_in_pieces(
    tx: Transaction, scope: ApplicationScope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_PIECE", 2)
    whole: Listing[ApplicationScope, str] = Listing(
        select=STORES.select, answer=each(lambda row: str(row.name)), key=stores.c.id
    )
    assert [piece async for piece in whole.pieces(tx, scope, Filter())] == [["b%", "a"], ["c"]]
    some = [piece async for piece in whole.pieces(tx, scope, NameFilter(names=["a", "c"]))]
    assert some == [["a", "c"]]
    assert [piece async for piece in whole.pieces(tx, scope, NameFilter(name="x"))] == []
