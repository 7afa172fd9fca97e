"""Query strings into structs."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

import pytest

from tercel.base.errors import InvalidError
from tercel.base.limits import SKIP_MAX
from tercel.features.common.page import PageRequest
from tercel.http.kernel.query import PageQuery, QueryReader, ShortPageQuery


class Filters(PageQuery, rename="camel", kw_only=True):
    name: str | None = None
    created_after: datetime | None = None
    campaign_ids: list[int] | None = None
    dry: bool = False
    state: Literal["open", "closed"] | None = None
    least: Decimal | None = None


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
    ("query", "title", "parameter"),
    [
        (b"pageSize=0", "minimum", "pageSize"),
        (b"pageSize=1001", "maximum", "pageSize"),
        (b"pageSize=ten", "type", "pageSize"),
        (b"skip=-1", "minimum", "skip"),
        (b"skip=%d" % (SKIP_MAX + 1), "maximum", "skip"),
        (b"dry=maybe", "type", "dry"),
        (b"state=cancelled", "enum", "state"),
        (b"createdAfter=soon", "format", "createdAfter"),
        (b"createdAfter=2030-01-02T00:00:00", "format", "createdAfter"),
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
    assert QueryReader(ShortPageQuery).read(b"skip=3").page() == PageRequest(50, 3, None)
