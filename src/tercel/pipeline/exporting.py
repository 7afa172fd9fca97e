"""Where spans go: to a collector, when an operator wants traces.

Everything else is said in the standard variables of OpenTelemetry, which its SDK reads itself: ``OTEL_EXPORTER_OTLP_ENDPOINT``,
``OTEL_EXPORTER_OTLP_HEADERS``, ``OTEL_TRACES_SAMPLER``, ``OTEL_RESOURCE_ATTRIBUTES`` and so on.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec

from opentelemetry import trace

from tercel.environment import SettingsError
from tercel.settings import Settings

_NEEDED = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


def check_traces(settings: Settings) -> None:
    """Refuse to start when traces are wanted and cannot be sent.

    Raises:
        SettingsError: the packages that send traces are not installed.
    """
    if settings.traces and not all(_is_installed(name) for name in _NEEDED):
        message = (
            "`TERCEL_TRACES` is `true`, but nothing is installed that sends traces: install `tercel[traces]`"
        )
        raise SettingsError(message)


def start_traces(settings: Settings) -> None:
    """Give this process a provider of spans if traces are wanted. Call once per process.

    Raises:
        SettingsError: the packages that send traces are not installed.
    """
    check_traces(settings)
    if not settings.traces:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    defaults = Resource.create({"service.name": "tercel", "service.version": version("tercel")})
    provider = TracerProvider(resource=defaults.merge(OTELResourceDetector().detect()))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def send_remaining_traces() -> None:
    """Send what is still kept back; to be called before a process ends."""
    provider = trace.get_tracer_provider()
    flush = getattr(provider, "force_flush", None)  # the SDK has it, the interface has not
    if flush is not None:
        flush()


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # not even the package around it
        return False
