"""``tercel serve`` with two workers, as its operators see it: metrics of both in one answer, traces at a collector, log lines."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from tests.support.ports import free_port
from tests.support.server import ADMIN_EMAIL, ADMIN_PASSWORD, make_application, make_integration_key

pytestmark = pytest.mark.slow
UPDATES, UPDATES_MAX = 60, 1200
OPERATION = "updateCustomerSessionV2"


class Collector:
    """Receives traces as a collector does."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.services: set[str] = set()
        received = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["content-length"]))
                received.take(ExportTraceServiceRequest.FromString(content))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def take(self, request: Any) -> None:
        for resource in request.resource_spans:
            names = {each.key: each.value.string_value for each in resource.resource.attributes}
            self.services.add(f"{names['service.name']} {names['shop']}")
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]

    @contextmanager
    def receiving(self) -> Iterator[None]:
        thread = threading.Thread(target=self._server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


class Observed:
    """A running server with two workers, its collector, its log, and the directory of its metrics."""

    def __init__(self, url: str, process: subprocess.Popen[bytes], collector: Collector, home: Path) -> None:
        self.url = url
        self.process = process
        self.collector = collector
        self.log = home / "log"
        self.temporary = home / "temporary"
        self.updates = 0

    def answers(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/readyz", timeout=10).status_code == 200
        return False

    def metric(self, series: str) -> float:
        """The value of a series, from whichever worker answers; 0 when nobody has said anything."""
        text = httpx.get(f"{self.url}/metrics", timeout=30).text
        found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    def workers(self) -> set[int]:
        children = psutil.Process(self.process.pid).children()
        return {child.pid for child in children if _is_worker(child)}

    def update_sessions(self) -> None:
        with httpx.Client(base_url=self.url, timeout=30) as admin:
            body = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
            token = admin.post("/v1/sessions", json=body).raise_for_status().json()["token"]
            admin.headers["Authorization"] = f"Bearer {token}"
            key = make_integration_key(admin, make_application(admin)["id"])

        def update(number: int) -> int:
            """Over a connection of its own, so that any worker may take it."""
            url = f"{self.url}/v2/customer_sessions/{number}"
            headers = {"Authorization": f"ApiKey-v1 {key}", "X-Request-Id": f"order-{number}"}
            return httpx.put(url, json={"customerSession": {}}, headers=headers, timeout=30).status_code

        with ThreadPoolExecutor(16) as pool:
            # Because: which worker takes a connection is up to the system.
            for start in range(0, UPDATES_MAX, UPDATES):
                assert set(pool.map(update, range(start, start + UPDATES))) == {200}
                self.updates += UPDATES
                if self.both_updated():
                    return
        pytest.fail("one worker got every connection")

    def both_updated(self) -> bool:
        """Whether each worker updated sessions, by its own file."""
        files = [str(file) for file in self.temporary.glob("tercel-metrics-*/counter_*.db")]
        counts = [_updates(MultiProcessCollector.merge([file])) for file in files]
        return len(counts) == 2 and min(counts) > 0


def _updates(metrics: Iterable[Metric]) -> float:
    return sum(
        each.value
        for metric in metrics
        for each in metric.samples
        if each.labels.get("operation") == OPERATION
    )


def _is_worker(process: psutil.Process) -> bool:
    with suppress(psutil.Error):  # it may have died a moment ago
        return "spawn_main" in " ".join(process.cmdline())
    return False


def wait_until(condition: Callable[[], bool]) -> None:
    """Poll for what another process does."""
    for _ in range(1_200):
        if condition():
            return
        threading.Event().wait(0.1)
    pytest.fail("the condition never came about")


@pytest.fixture
def observed(open_directory: Path) -> Iterator[Observed]:
    """The server, after sessions were updated through both workers."""
    home = open_directory / "observed"
    (home / "temporary").mkdir(parents=True)
    port = free_port()
    collector = Collector()
    variables = {
        "TMPDIR": str(home / "temporary"),
        "TERCEL_ADMIN_EMAIL": ADMIN_EMAIL,
        "TERCEL_ADMIN_PASSWORD": ADMIN_PASSWORD,
        "TERCEL_LOG_FORMAT": "json",
        "TERCEL_TRACES": "true",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_RESOURCE_ATTRIBUTES": "shop=berlin",
    }
    command = [str(Path(sys.executable).with_name("tercel")), "serve"]
    options = ["--home", str(home / "home"), "--port", str(port), "--workers", "2"]
    with (home / "log").open("wb") as log, collector.receiving():
        process = subprocess.Popen(
            [*command, *options], stdout=log, stderr=log, env={**os.environ, **variables}
        )
        running = Observed(f"http://127.0.0.1:{port}", process, collector, home)
        try:
            wait_until(running.answers)
            wait_until(lambda: running.metric("tercel_processes") == 2)
            running.update_sessions()
            yield running
        finally:
            process.terminate()
            process.wait(60)


def test_two_workers_are_observed_as_one(observed: Observed) -> None:
    """One server and one story, because starting takes long."""
    any_worker_tells_the_sums_of_all(observed)
    log_lines_carry_request_and_trace(observed)
    a_killed_worker_takes_its_gauges_along_and_leaves_its_counts(observed)
    traces_reach_the_collector_at_the_latest_when_the_server_stops(observed)


def any_worker_tells_the_sums_of_all(observed: Observed) -> None:
    series = f'tercel_http_requests_total{{operation="{OPERATION}",status="200"}}'
    wait_until(lambda: observed.metric(series) == observed.updates)  # counted a moment after the answer
    for _ in range(4):
        assert observed.metric(series) == observed.updates
        assert observed.metric("tercel_pipeline_batch_commands_sum") == observed.updates
        assert observed.metric("tercel_evaluation_seconds_count") == observed.updates
        assert observed.metric('tercel_evaluation_seconds_bucket{le="+Inf"}') == observed.updates
        assert observed.metric("tercel_pipeline_queue_depth") == 0
        assert observed.metric("tercel_processes") == 2
        assert observed.metric("tercel_database_up") == 1
        assert observed.metric("tercel_home_free_bytes") > 0


def _lines_of_updates(observed: Observed) -> dict[str, Any]:
    """The log lines of the updates, by the ids of their requests."""
    whole = observed.log.read_bytes().rpartition(b"\n")[0]
    lines = [json.loads(line) for line in whole.splitlines() if line.startswith(b"{")]
    return {line["request_id"]: line for line in lines if str(line.get("request_id")).startswith("order-")}


def log_lines_carry_request_and_trace(observed: Observed) -> None:
    wait_until(
        lambda: len(_lines_of_updates(observed)) == observed.updates
    )  # written a moment after the answer
    ours = _lines_of_updates(observed)
    assert all(re.fullmatch("[0-9a-f]{32}", line["trace_id"]) for line in ours.values())
    assert len({line["trace_id"] for line in ours.values()}) == observed.updates


def a_killed_worker_takes_its_gauges_along_and_leaves_its_counts(observed: Observed) -> None:
    killed = min(observed.workers())
    psutil.Process(killed).kill()
    wait_until(lambda: killed not in observed.workers() and len(observed.workers()) == 2)
    wait_until(lambda: observed.answers() and observed.metric("tercel_processes") == 2)
    assert not list(observed.temporary.glob(f"tercel-metrics-*/gauge_live*_{killed}.db"))
    series = f'tercel_http_requests_total{{operation="{OPERATION}",status="200"}}'
    assert observed.metric(series) == observed.updates


def traces_reach_the_collector_at_the_latest_when_the_server_stops(observed: Observed) -> None:
    """Spans wait five seconds before they are sent; a server that stops sends them first."""
    sent = httpx.get(f"{observed.url}/v1/applications", headers={"X-Request-Id": "the-last"}, timeout=30)
    assert sent.status_code == 401
    observed.process.terminate()
    assert observed.process.wait(60) == 0
    spans = observed.collector.spans
    requests = [each for each in spans if each.name == "PUT /v2/customer_sessions/{customerSessionId}"]
    ids = {each.value.string_value for span in spans for each in span.attributes}
    linked = {link.span_id for span in spans if span.name == "pipeline.batch" for link in span.links}
    assert "the-last" in ids
    assert observed.collector.services == {"tercel berlin"}
    # A killed worker takes along what it had not sent yet.
    assert 0 < len(requests) <= observed.updates
    assert {span.span_id for span in requests} & linked
