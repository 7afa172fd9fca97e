"""Spans of real requests, through the real SDK."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import INVALID_SPAN_CONTEXT, SpanContext, SpanKind, StatusCode, TraceFlags

from tercel.database.engine import Database
from tercel.telemetry.logs import add_origin
from tercel.telemetry.metrics.pipeline import BATCH_SECONDS, COMMIT_SECONDS
from tercel.telemetry.metrics.processes import JOB_SECONDS
from tercel.telemetry.origin import REQUEST_ID, Origin
from tercel.telemetry.stages import Stage
from tests.support.shop import Shop, rule
from tests.support.spans import Spans, context_of

UPDATE = "PUT /v2/customer_sessions/{customerSessionId}"
SESSION = {"customerSession": {}}
TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"


def wait_for(spans: Spans, name: str) -> ReadableSpan:
    """The span of a request ends a moment after its answer was sent."""
    until = time.monotonic() + 10
    while not spans.named(name) and time.monotonic() < until:
        time.sleep(0)
    return spans.one(name)


def test_a_request_is_a_span(integration: httpx.Client, spans: Spans) -> None:
    integration.put("/v2/customer_sessions/s", json=SESSION, headers={"X-Request-Id": "order-7"})
    span = wait_for(spans, UPDATE)
    assert span.kind is SpanKind.SERVER
    assert span.parent is None
    assert span.status.status_code is StatusCode.UNSET
    assert span.attributes == {
        "http.request.method": "PUT",
        "http.response.status_code": 200,
        "http.route": "/v2/customer_sessions/{customerSessionId}",
        "network.protocol.version": "1.1",
        "tercel.operation.id": "updateCustomerSessionV2",
        "tercel.request.id": "order-7",
        "url.scheme": "http",
    }


def test_a_caller_that_traces_is_the_parent(integration: httpx.Client, spans: Spans) -> None:
    headers = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
    integration.put("/v2/customer_sessions/s", json=SESSION, headers=headers)
    span = wait_for(spans, UPDATE)
    assert span.parent is not None
    assert (f"{context_of(span).trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE, CALLER)


@pytest.mark.parametrize("traceparent", ["", "00-0-0-00", f"00-{TRACE}-{CALLER}", "é" * 500])
def test_a_parent_that_is_none_is_ignored(api: httpx.Client, spans: Spans, traceparent: str) -> None:
    assert api.get("/nothing", headers={b"traceparent": traceparent.encode("latin-1")}).status_code == 404
    assert wait_for(spans, "GET").parent is None


def test_a_refused_request_is_no_error_of_ours(api: httpx.Client, spans: Spans) -> None:
    assert api.get("/v1/applications").status_code == 401
    span = wait_for(spans, "GET /v1/applications")
    assert span.attributes is not None
    assert span.attributes["http.response.status_code"] == 401
    assert span.status.status_code is StatusCode.UNSET


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_supervisors_are_not_traced(api: httpx.Client, spans: Spans, path: str) -> None:
    api.get(path)
    api.get("/nothing")
    wait_for(spans, "GET")
    assert {span.name for span in spans.finished} == {"GET"}


def test_a_batch_links_to_its_requests_and_has_its_stages(integration: httpx.Client, spans: Spans) -> None:
    integration.put("/v2/customer_sessions/s", json=SESSION)
    request, batch = wait_for(spans, UPDATE), spans.one("pipeline.batch")
    assert batch.parent == context_of(request)
    assert [link.context for link in batch.links] == [context_of(request)]
    assert batch.attributes == {"tercel.requests": 1}
    stages = [span for span in spans.finished if span.parent == context_of(batch)]
    assert [span.name for span in stages] == ["pipeline.load", "pipeline.decide", "pipeline.write"]
    assert all(span.status.status_code is StatusCode.UNSET for span in spans.finished)


def test_a_batch_is_in_the_trace_of_its_first_sampled_request_and_links_to_all(spans: Spans) -> None:
    origins = [Origin(str(number), context(number, is_sampled=number > 1)) for number in (1, 2, 3)]
    origins.append(Origin("untraced", INVALID_SPAN_CONTEXT))
    with Stage("some", BATCH_SECONDS, origins=origins):
        pass
    with Stage("none", BATCH_SECONDS, origins=[origins[0], origins[3]]):
        pass
    batch = spans.one("some")
    assert batch.parent == origins[1].span
    assert [link.context for link in batch.links] == [origin.span for origin in origins[:3]]
    assert not spans.named("none")


def context(number: int, *, is_sampled: bool) -> SpanContext:
    flags = TraceFlags.SAMPLED if is_sampled else TraceFlags.DEFAULT
    return SpanContext(trace_id=number, span_id=number, is_remote=False, trace_flags=TraceFlags(flags))


def test_what_a_caller_does_not_sample_is_not_traced(integration: httpx.Client, spans: Spans) -> None:
    headers = {"traceparent": f"00-{TRACE}-{CALLER}-00"}
    integration.put("/v2/customer_sessions/s", json=SESSION, headers=headers)
    integration.get("/nothing")
    wait_for(spans, "GET")
    assert [span.name for span in spans.finished] == ["GET"]


def test_what_changes_nothing_writes_nothing(integration: httpx.Client, spans: Spans) -> None:
    integration.put("/v2/customer_sessions/s?dry=true", json=SESSION)
    wait_for(spans, UPDATE)
    assert spans.named("pipeline.decide")
    assert not spans.named("pipeline.write")


def test_a_stage_that_fails_says_with_what_and_nothing_more(spans: Spans) -> None:
    with pytest.raises(ValueError, match="ann"), Stage("stage", COMMIT_SECONDS):
        raise ValueError("the profile `ann` exists already")
    span = spans.one("stage")
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, None)
    assert span.attributes == {"error.type": "ValueError"}
    assert not span.events


def test_an_answer_that_is_our_fault_is_an_error(
    integration: httpx.Client, application: dict[str, Any], spans: Spans, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that cannot be had is such a fault."""

    def refuse(*_: object) -> None:
        raise RuntimeError("private")

    monkeypatch.setattr(Database, "connection", refuse)
    answer = integration.put("/v2/customer_sessions/s", json=SESSION)
    monkeypatch.undo()
    assert answer.status_code == 500
    span = wait_for(spans, UPDATE)
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes is not None
    assert span.attributes["error.type"] == "500"


def test_a_job_is_a_span_of_its_own(spans: Spans) -> None:
    with Stage("job.test", JOB_SECONDS.labels("test"), origins=()):
        pass
    span = spans.one("job.test")
    assert (span.parent, list(span.links)) == (None, [])


def told(spans: Spans) -> Iterator[str]:
    """Every text that leaves the house with spans."""
    for span in spans.finished:
        yield span.name
        yield repr(dict(span.attributes or {}))
        yield repr([(event.name, dict(event.attributes or {})) for event in span.events])
        yield repr([dict(link.attributes or {}) for link in span.links])
        yield repr(span.status.description)


def test_nothing_about_customers_is_told(shop: Shop, spans: Spans) -> None:
    campaign = shop.campaign(rule(["setDiscount", "private-discount", 1]), name="private-campaign")
    shop.coupon(campaign, "PRIVATE-CODE")
    shop.update("private-session", profileId="private-profile", couponCodes=["PRIVATE-CODE", "PRIVATE-TYPO"])
    shop.update("private-session", state="closed")
    shop.integration.get("/v2/customer_sessions/private-session", headers={"X-Private": "private-header"})
    shop.integration.get("/v2/customer_sessions/private-other?private-query=1")
    shop.integration.put("/v2/customer_sessions/private%00name", json=SESSION)
    shop.integration.put("/v2/customer_sessions/s", json={"customerSession": {"private-field": "private"}})
    shop.integration.get("/nothing")
    wait_for(spans, "GET")  # the last request, so the spans of all others have ended
    key = shop.integration.headers["authorization"].partition(" ")[2]
    everything = "\n".join(told(spans)).lower()
    assert UPDATE.lower() in everything
    assert "private" not in everything
    assert key.lower() not in everything


def test_log_lines_say_request_and_span(spans: Spans) -> None:
    assert add_origin(None, "info", {"event": "outside"}) == {"event": "outside"}
    token = REQUEST_ID.set("order-7")
    with Stage("stage", COMMIT_SECONDS):
        line = add_origin(None, "info", {"event": "inside"})
    named = add_origin(None, "info", {"event": "batch", "request_id": "another"})
    REQUEST_ID.reset(token)
    context = context_of(spans.one("stage"))
    assert line == {
        "event": "inside",
        "request_id": "order-7",
        "trace_id": f"{context.trace_id:032x}",
        "span_id": f"{context.span_id:016x}",
    }
    assert named["request_id"] == "another"
