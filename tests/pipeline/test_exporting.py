"""Traces are sent when they are wanted, and only if they can be; ``tests/cli/test_serve_observed.py`` receives them."""

import sys

import msgspec
import pytest
from opentelemetry import trace

from tercel.pipeline.exporting import check_traces, start_traces
from tercel.settings import Settings, SettingsError


def test_without_the_setting_nothing_changes(settings: Settings) -> None:
    before = trace.get_tracer_provider()
    start_traces(settings)
    assert trace.get_tracer_provider() is before


def test_what_is_installed_is_enough(settings: Settings) -> None:
    check_traces(msgspec.structs.replace(settings, traces=True))


@pytest.mark.parametrize("missing", ["opentelemetry.sdk", "opentelemetry.exporter"])
def test_without_the_packages_it_says_what_to_install(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{missing}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SettingsError, match=r"install `tercel\[traces\]`"):
        start_traces(msgspec.structs.replace(settings, traces=True))
