"""Is the process alive, can it work, how much does it do: for supervisors and dashboards."""

from __future__ import annotations

from tercel.http.kernel import metrics
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.call import Call
from tercel.http.kernel.operation import Access, operation


@operation("getLiveness", "GET", "/healthz", Access.PUBLIC)
async def get_liveness(call: Call) -> Raw:  # the same for every request
    """Tell that the process answers."""
    return Raw(b'{"status":"ok"}')


@operation("getReadiness", "GET", "/readyz", Access.PUBLIC)
async def get_readiness(call: Call) -> Raw:
    """Tell whether the database answers, has room, and has the schema of this version."""
    await call.services.readiness.check()
    return Raw(b'{"status":"ok"}')


@operation("getMetrics", "GET", "/metrics", Access.PUBLIC)
async def get_metrics(call: Call) -> Raw:  # the same for every request
    """Tell the metrics of all processes in the format of Prometheus."""
    return Raw(metrics.render(), metrics.CONTENT_TYPE)


OPERATIONS = [get_liveness, get_readiness, get_metrics]
