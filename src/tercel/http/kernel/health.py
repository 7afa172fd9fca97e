"""Is the process alive, can it work, how much does it do: for supervisors and dashboards."""

from __future__ import annotations

from importlib.metadata import version

from tercel.base.codec import encode
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.call import Call
from tercel.http.kernel.operation import Access, Operations
from tercel.telemetry.metrics import requests as metrics

api = Operations("", "", Access.PUBLIC)
_ALIVE = encode({"status": "ok", "version": version("tercel")})


@api.get("getLiveness", "/healthz")
async def get_liveness(call: Call) -> Raw[None]:  # the same for every request
    """Tell that the process answers, and which version it is."""
    return Raw(_ALIVE)


@api.get("getReadiness", "/readyz")
async def get_readiness(call: Call) -> Raw[None]:
    """Tell whether the database answers, has room, and has the schema of this version."""
    await call.services.readiness.check()
    return Raw(b'{"status":"ok"}')


@api.get("getMetrics", "/metrics")
async def get_metrics(call: Call) -> Raw[None]:  # the same for every request
    """Tell the metrics of all processes in the format of Prometheus."""
    return Raw(metrics.render(), metrics.CONTENT_TYPE)
