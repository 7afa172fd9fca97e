"""A stage measures its block whatever becomes of it, and leaves nothing open behind it."""

import pytest
from opentelemetry import trace
from opentelemetry.trace import StatusCode
from prometheus_client import CollectorRegistry, Histogram

from tercel.telemetry.stages import Stage
from tests.support.spans import Spans


@pytest.fixture
def seconds() -> Histogram:
    return Histogram("stage_seconds", "Of a test.", registry=CollectorRegistry())


def _count(seconds: Histogram) -> float:
    return next(sample.value for sample in seconds.collect()[0].samples if sample.name.endswith("_count"))


def test_a_stage_is_over_with_its_block(spans: Spans, seconds: Histogram) -> None:
    before = trace.get_current_span()
    with Stage("made up", seconds):
        assert trace.get_current_span() is not before
        assert spans.finished == []
    assert trace.get_current_span() is before
    assert spans.one("made up").status.status_code is StatusCode.UNSET
    assert _count(seconds) == 1


def test_a_stage_that_fails_is_over_too(spans: Spans, seconds: Histogram) -> None:
    before = trace.get_current_span()
    with pytest.raises(ZeroDivisionError), Stage("made up", seconds):
        _ = 1 / 0
    assert trace.get_current_span() is before
    span = spans.one("made up")
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "ZeroDivisionError"
    assert span.events == (), "what customers sent may stand in the words of an error"
    assert _count(seconds) == 1


def test_a_stage_in_a_stage_is_a_part_of_it(spans: Spans, seconds: Histogram) -> None:
    with Stage("whole", seconds):
        with Stage("part", seconds):
            pass
        with Stage("next part", seconds):
            pass
    whole = spans.one("whole").get_span_context()
    assert whole is not None
    for name in ("part", "next part"):
        parent = spans.one(name).parent
        assert parent is not None
        assert parent.span_id == whole.span_id


def test_work_for_no_request_begins_a_trace(spans: Spans, seconds: Histogram) -> None:
    with Stage("request", seconds), Stage("job", seconds, []):
        pass
    assert spans.one("job").parent is None
    assert not spans.one("job").attributes
