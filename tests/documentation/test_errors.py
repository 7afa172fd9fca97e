"""docs/integrate/errors.md has every status with an answer of a real server, and every title of a problem (behaviour/requests 1)."""

import json

import httpx

from tercel.base.codec import decode_any, encode
from tercel.base.errors import TooManyRequestsError, UnavailableError
from tercel.base.limits import BODY_BYTES_MAX
from tercel.http.server.errors import STATUS_CODES, error_body, plain_body
from tests.architecture.sources import ROOT
from tests.documentation.errors import STATUSES, TITLES, errors_page, titles_in_source
from tests.documentation.layout import laid_out
from tests.support.golden import CompareWithFile
from tests.support.shop import Shop

_SESSION = "/v2/customer_sessions/cart-of-the-page-of-errors"


def _answers(shop: Shop) -> dict[int, httpx.Response]:
    own = f"/v1/applications/{shop.application['id']}"
    attribute = {"customerSession": {"attributes": {"chanel": "app"}}}
    large = {"customerSession": {"attributes": {"note": "x" * BODY_BYTES_MAX}}}
    name = {"name": shop.application["name"], "timezone": "Europe/Berlin", "currency": "EUR"}
    return {
        400: shop.integration.put(_SESSION, content=encode(attribute)),
        401: shop.integration.get("/v1/applications"),
        404: shop.integration.get(_SESSION),
        405: shop.management.post(own),
        409: shop.management.post("/v1/applications", content=encode(name)),
        501: shop.management.get("/v1/audiences"),
        413: shop.integration.put(_SESSION, content=encode(large)),
    }


#: What a test cannot bring about without harm, made by the same functions.
_MADE = {
    403: plain_body(403, "this key may not use application `7`"),
    429: error_body(TooManyRequestsError("too many requests with this key: try again in a second")),
    500: plain_body(500, "internal error: the log has the details under this X-Request-Id"),
    503: error_body(UnavailableError("too many requests are waiting: try again in a moment")),
}


def test_the_page_is_up_to_date(golden: CompareWithFile, shop: Shop) -> None:
    answers = _answers(shop)
    assert {status: answer.status_code for status, answer in answers.items()} == {s: s for s in answers}
    bodies = {status: answer.content for status, answer in answers.items()} | _MADE
    examples = {status: laid_out(decode_any(body)) for status, body in bodies.items()}
    text = errors_page(examples).replace(json.dumps(shop.application["name"])[1:-1], "Web shop")
    golden(ROOT / "docs" / "integrate" / "errors.md", text)


def test_every_status_is_explained() -> None:
    assert set(STATUS_CODES.values()) <= {status.number for status in STATUSES}


def test_every_title_is_explained() -> None:
    assert titles_in_source() - set(TITLES) == set(), "say what these mean in tests/documentation/errors.py"
