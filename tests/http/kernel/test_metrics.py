"""The metrics that are exported, described in ``docs/metrics.md``, and used by dashboard and alerts as they are."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

import tercel.main
from tests.architecture.sources import ROOT
from tests.support.golden import CompareWithFile

assert tercel.main  # imports every module that has metrics
DOCUMENT = ROOT / "docs" / "metrics.md"
DASHBOARD = ROOT / "deploy" / "grafana" / "tercel.json"
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
_SUFFIXES = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "gauge": [""]}
_NAME = re.compile(r"\btercel_\w+")
_LABEL = re.compile(r"(?:\b(\w+)\s*(?:=~|!=|!~|=)\s*\")|(?:by \(([^)]*)\))")
#: Given by Prometheus, or by the buckets of a histogram.
_LABELS_OF_ALL = {"job", "instance", "le"}


def metrics() -> list[MetricWrapperBase]:
    found = {each for each in REGISTRY._collector_to_names if isinstance(each, MetricWrapperBase)}
    ours = [each for each in found if each._name.startswith("tercel_")]
    return sorted(ours, key=lambda each: each._name)


def series() -> dict[str, set[str]]:
    """The labels of every series that may be asked for."""
    return {
        each._name + suffix: set(each._labelnames) for each in metrics() for suffix in _SUFFIXES[each._type]
    }


def test_the_document_describes_every_metric(golden: CompareWithFile) -> None:
    lines = [
        "# Metrics",
        "",
        "`GET /metrics` tells them in the format of Prometheus; any worker tells the sums of all. `make bless` renews this page;",
        "[operations.md](operations.md) says how to read them.",
        "",
        "| metric | type | labels | |",
        "|---|---|---|---|",
    ]
    for each in metrics():
        name = each._name + ("_total" if each._type == "counter" else "")
        labels = ", ".join(f"`{label}`" for label in each._labelnames)
        lines.append(f"| `{name}` | {each._type} | {labels} | {each._documentation} |")
    golden(DOCUMENT, "\n".join(lines) + "\n")


@pytest.mark.parametrize("metric", metrics(), ids=lambda metric: str(metric._name))
def test_names_follow_the_conventions(metric: MetricWrapperBase) -> None:
    """https://prometheus.io/docs/practices/naming/: base units, no type in the name; help is a sentence."""
    assert re.fullmatch(r"tercel_[a-z_]+", metric._name)
    assert not re.search(
        r"_(ms|milliseconds|minutes|kb|megabytes|percent|gauge|counter|histogram)\b", metric._name
    )
    assert metric._documentation.endswith(".")
    assert not set(metric._labelnames) & _LABELS_OF_ALL
    if metric._type == "gauge":
        # With several processes a gauge without a mode would tell one series for each, dead ones too.
        assert metric._multiprocess_mode.startswith("live")


def panels() -> Iterator[dict[str, Any]]:
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    yield from (panel for panel in board["panels"] if panel["type"] != "row")


EXPRESSIONS = [(panel["title"], target["expr"]) for panel in panels() for target in panel["targets"]]
RULES = re.findall(r"expr: (?:>-\n)?(.*?)\n +(?:for|labels):", ALERTS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("expression", [*(expression for _, expression in EXPRESSIONS), *RULES])
def test_expressions_use_what_is_exported(expression: str) -> None:
    names = set(_NAME.findall(expression))
    known = series()
    assert names
    assert names <= set(known)
    asked = {one or many for one, many in _LABEL.findall(expression)}
    labels = {label.strip() for text in asked for label in text.split(",")}
    assert labels - _LABELS_OF_ALL <= set().union(*(known[name] for name in names))


@pytest.mark.parametrize("expression", [*(expression for _, expression in EXPRESSIONS), *RULES])
def test_counters_are_read_as_rates_and_brackets_close(expression: str) -> None:
    for opening, closing in ("()", "{}", "[]"):
        assert expression.count(opening) == expression.count(closing)
    for name in _NAME.findall(expression):
        if name.endswith(("_total", "_bucket", "_sum", "_count")):
            assert re.search(rf"(rate|increase)\({name}", expression)


def test_the_dashboard_is_whole() -> None:
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
    assert [each["name"] for each in board["templating"]["list"]] == ["datasource", "job", "operation"]
    for panel in panels():
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert panel["description"].endswith(".")
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
        letters = [target["refId"] for target in panel["targets"]]
        assert len(letters) == len(set(letters))


def test_every_metric_has_its_place_on_the_dashboard() -> None:
    shown = {name for _, expression in EXPRESSIONS for name in _NAME.findall(expression)}
    missing = [
        each._name
        for each in metrics()
        if not shown & {each._name + suffix for suffix in _SUFFIXES[each._type]}
    ]
    assert missing == []


def test_every_alert_says_how_urgent_it_is_and_what_to_do() -> None:
    text = ALERTS.read_text(encoding="utf-8")
    count = text.count("- alert: ")
    assert count == len(RULES) == len(set(re.findall(r"- alert: (\w+)", text)))
    assert len(re.findall(r"labels: { severity: (?:page|ticket) }", text)) == count
    assert len(re.findall(r"annotations:\n +summary: [A-Z].*\.\n", text)) == count


def test_nothing_else_of_ours_is_exported(api: httpx.Client) -> None:
    text = api.get("/metrics").text
    told = set(re.findall(r"^tercel_\w+", text, re.MULTILINE))
    assert told <= set(series())
    assert {"tercel_http_requests_total", "tercel_processes"} <= told
