"""Query strings into structs (behaviour/lists 3)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal
from urllib.parse import quote, quote_plus

import pytest

from tercel.base.errors import InvalidError
from tercel.base.limits import SKIP_MAX
from tercel.features.common.filters import Filter
from tercel.features.common.listing import Paged, Paging, ShortPaging
from tercel.http.decoding.query import QueryReader


class Filters(Paging, rename="camel", kw_only=True):
    name: str | None = None
    created_after: datetime | None = None
    campaign_ids: list[int] | None = None
    dry: bool = False
    state: Literal["open", "closed"] | None = None
    states: list[Literal["open", "closed"]] | None = None
    least: Decimal | None = None


class Named(Filter, rename="camel", kw_only=True):
    name: str | None = None


READER = QueryReader(Filters)


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        (b"", "page_size", 1000),
        (b"pageSize=1", "page_size", 1),
        (b"skip=7", "skip", 7),
        (b"sort=-name", "sort", "-name"),
        (b"name=", "name", ""),
        (b"name=a+b%20c%2Bd", "name", "a b c+d"),
        (b"name=%F0%9F%8D%8A", "name", "🍊"),
        (b"dry=true", "dry", True),
        (b"dry=1", "dry", True),
        (b"dry=false", "dry", False),
        (b"dry=", "dry", False),
        (b"state=open", "state", "open"),
        (b"campaignIds=1,2", "campaign_ids", [1, 2]),
        (b"campaignIds=1&campaignIds=2", "campaign_ids", [1, 2]),
        (b"least=0.1", "least", Decimal("0.1")),
        (b"createdAfter=2030-01-02", "created_after", datetime(2030, 1, 2, tzinfo=UTC)),
        (b"createdAfter=2030-01-02T00:00:00Z", "created_after", datetime(2030, 1, 2, tzinfo=UTC)),
        (b"createdAfter=2030-01-02T02:00:00+02:00", "created_after", datetime(2030, 1, 2, tzinfo=UTC)),
        (b"createdAfter=2030-01-02T02:00:00%2B02:00", "created_after", datetime(2030, 1, 2, tzinfo=UTC)),
        (b"unknown=1", "name", None),
    ],
)
def test_a_parameter_becomes_a_value(query: bytes, field: str, value: object) -> None:
    assert getattr(READER.read(query), field) == value


@pytest.mark.parametrize(
    "written",
    [
        "2030-01-02",
        "2030-01-02T00:00",
        "2030-01-02T00:00:00",
        "2030-01-02 00:00:00",
        "2030-01-02t00:00:00.000z",
        "2030-01-02 00:00:00 UTC",
        "2030-01-02 00:00:00 GMT",
        "2030-01-02 01:00:00 +0100",
        "2030-01-02 01:00:00  0100",
        "2030-01-02T01:00:00 01:00",
        "2030-01-02T01:00:00+01",
        "2030-01-01 19:00:00,000000 -0500",
    ],
)
def test_times_as_people_and_programs_write_them(written: str) -> None:
    for raw in (quote(written), quote_plus(written)):
        assert READER.read(f"createdAfter={raw}".encode()).created_after == datetime(2030, 1, 2, tzinfo=UTC)


def test_a_wrong_choice_is_named_with_the_nearest_right_one() -> None:
    for query in (b"state=Closd", b"states=open,Closd"):
        with pytest.raises(InvalidError) as caught:
            READER.read(query)
        (found,) = caught.value.problems
        name = found.parameter
        assert found.details == (
            f'{name} must be one of the following: "open", "closed"; did you mean `closed`?'
        )


@pytest.mark.parametrize(
    ("query", "title", "parameter"),
    [
        (b"pageSize=0", "minimum", "pageSize"),
        (b"pageSize=10001", "maximum", "pageSize"),
        (b"pageSize=ten", "type", "pageSize"),
        (b"skip=-1", "minimum", "skip"),
        (b"skip=%d" % (SKIP_MAX + 1), "maximum", "skip"),
        (b"dry=maybe", "type", "dry"),
        (b"state=cancelled", "enum", "state"),
        (b"createdAfter=soon", "format", "createdAfter"),
        (b"createdAfter=2030-01-02T00:00:00CET", "format", "createdAfter"),
        (b"createdAfter=2030-01-02T00:00:0001:00", "format", "createdAfter"),
        (b"createdAfter=2030-02-30", "format", "createdAfter"),
        (b"campaignIds=1,x", "type", "campaignIds"),
        (b"campaignIds=99999999999999999999", "maximum", "campaignIds"),
        (b"least=NaN", "maximum", "least"),
        (b"least=1e999999", "maximum", "least"),
        (b"name=%00", "pattern", "name"),
        (b"name=%ff", "format", ""),
    ],
)
def test_a_parameter_is_refused_by_name(query: bytes, title: str, parameter: str) -> None:
    with pytest.raises(InvalidError) as caught:
        READER.read(query)
    (found,) = caught.value.problems
    assert (found.title, found.parameter) == (title, parameter), found


@pytest.mark.parametrize(
    ("query", "title", "parameter"),
    [
        (b"nam=x", "Unknown", "nam"),
        (b"Name=x", "Unknown", "Name"),
        (b"name=x&created=2030-01-02", "Unknown", "created"),
        (b"name=", "minLength", "name"),
        (b"dry=", "minLength", "dry"),
        (b"createdAfter=", "minLength", "createdAfter"),
        (b"campaignIds=", "minLength", "campaignIds"),
        (b"state=cancelled", "enum", "state"),
    ],
)
def test_a_strict_query_ignores_nothing(query: bytes, title: str, parameter: str) -> None:
    with pytest.raises(InvalidError) as caught:
        QueryReader(Filters, is_strict=True).read(query)
    (found,) = caught.value.problems
    assert (found.title, found.parameter) == (title, parameter), found


def test_a_strict_query_reads_what_it_knows() -> None:
    assert QueryReader(Filters, is_strict=True).read(b"name=a&dry=true").name == "a"


def test_a_page_of_the_short_lists() -> None:
    found = QueryReader(Paged[Filter, ShortPaging]).read(b"skip=3")
    assert found == Paged(Filter(), ShortPaging(50, 3))


def test_the_query_of_a_list_has_a_filter_and_a_page() -> None:
    reader = QueryReader(Paged[Named])
    assert reader.names == {"name", "pageSize", "skip", "sort"}
    assert reader.read(b"name=a&pageSize=2&other=1") == Paged(Named(name="a"), Paging(2))
    for query in (b"name=a&pageSize=0", b"count=x&pageSize=2"):
        with pytest.raises(InvalidError) as caught:
            QueryReader(Paged[Named]).read(query.replace(b"count", b"skip"))
        assert caught.value.problems[0].parameter in {"pageSize", "skip"}
    assert QueryReader(Paged).names == {"pageSize", "skip", "sort"}
