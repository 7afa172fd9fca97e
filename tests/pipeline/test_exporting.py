"""Traces are sent when they are wanted, and only if they can be; ``tests/cli/test_serve_observed.py`` receives them."""

import sys

import msgspec
import pytest
from opentelemetry import trace
from opentelemetry.trace import ProxyTracerProvider

from tercel.environment import SettingsError
from tercel.pipeline.exporting import check_traces, send_remaining_traces, start_traces
from tercel.settings import Settings
from tercel.telemetry.stages import is_traced
from tests.support.spans import Spans


def test_without_the_setting_nothing_changes(settings: Settings) -> None:
    before = trace.get_tracer_provider()
    start_traces(settings)
    assert trace.get_tracer_provider() is before


@pytest.mark.parametrize("traces", [True, False])
def test_what_is_installed_is_enough(settings: Settings, traces: bool) -> None:
    before = trace.get_tracer_provider()
    check_traces(msgspec.structs.replace(settings, traces=traces))
    assert trace.get_tracer_provider() is before, "checking starts nothing"


def test_what_is_not_wanted_is_not_missed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk", None)
    start_traces(msgspec.structs.replace(settings, traces=False))
    check_traces(msgspec.structs.replace(settings, traces=False))


def test_what_remains_is_sent(spans: Spans) -> None:
    send_remaining_traces()
    assert spans.flushes == 1


def test_without_a_provider_nothing_remains(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = ProxyTracerProvider()
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    send_remaining_traces()
    assert not is_traced()


@pytest.mark.parametrize("missing", ["opentelemetry.sdk", "opentelemetry.exporter"])
def test_without_the_packages_it_says_what_to_install(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{missing}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SettingsError, match=r"install `tercel\[traces\]`"):
        start_traces(msgspec.structs.replace(settings, traces=True))
