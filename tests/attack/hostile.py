"""``python -m tests.attack.hostile``: an honest client alone, then beside hostile ones, and what that does to the workers.

The hostile ones run in processes of their own, so that what they cost themselves is not taken for what they do to the server.
"""

from __future__ import annotations

import itertools
import multiprocessing
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import httpx
import psutil
import typer
from rich.console import Console
from rich.table import Table

from tercel.base.limits import BODY_BYTES_MAX
from tests.support.process import Serving, serving_process, shop_of
from tests.support.server import ADMIN_PASSWORD
from tests.support.shop import item, rule

_PAUSE_S = 0.05
_LOOK_EVERY_S = 0.1
_PATIENCE_S = 60
_BAR_MS, _BAR_BYTES = 100, 600 * 10**6
_BODY = BODY_BYTES_MAX - 1_000
_VALUE = b'{"customerSession": {"attributes": {"a": '
_out = Console(highlight=False, soft_wrap=True)
_out.width = max(_out.width, 130)

#: What a hostile client does, with the arguments of its process.
Kind = tuple[Callable[..., None], tuple[Any, ...]]


def _unclosed(size: int) -> bytes:
    return b'"' + b'\\"' * ((size - 201) // 2) + b"[" * 200


def _repeated(before: bytes, piece: bytes, after: bytes) -> bytes:
    return before + piece * ((_BODY - len(before) - len(after)) // len(piece)) + after


def _large() -> list[bytes]:
    """Bodies that once became a hundred times their size."""
    return [
        _repeated(_VALUE + b'"' + b"[" * 129, b"x", b'"}}}'),
        _repeated(_VALUE + b"[" + b"9" * 19 + b",", b"1.5,", b"0]}}}"),
        _repeated(_VALUE + b"[", b"{},", b"0]}}}"),
        _repeated(b'{"customerSession": {"cartItems": [', b'{"sku":"a","quantity":1},', b'{"sku":"a","quantity":1}]}}'),
        _VALUE + b"[" + b"9" * 19 + b"," + b"1.5," * 99_000 + b"0]}}}",
    ]  # fmt: skip


def _doubled(name: str) -> list[dict[str, Any]]:
    """Lists of lists that unfold to 2⁴⁰ elements."""
    bindings = [
        {
            "name": f"{name}0",
            "type": "templateParameter",
            "expression": ["list", [".", "Session", "IntegrationId"]],
        }
    ]
    for level in range(40):
        before = [".", f"{name}{level}"]
        bindings.append(
            {
                "name": f"{name}{level + 1}",
                "type": "templateParameter",
                "expression": ["list", before, before],
            }
        )
    return bindings  # fmt: skip


_LONG_TEXT = ["replace", "x" * 8_000, "x", "xxxxxxxx"]
_RULE_SETS: dict[str, dict[str, Any]] = {
    "lists of lists": {
        "bindings": [*_doubled("a"), *_doubled("b")],
        "rules": [rule(["setDiscount", "d", 1], when=["and", ["=", [".", "a40"], [".", "b40"]]])],
    },
    "layouts": {
        "bindings": [],
        "rules": [
            rule(
                ["setDiscount", "d", 1],
                when=["and", ["catch", False, [">", ["parseTime", "May " * 40 + "X", "MMM " * 40], ["now"]]]],
            )
        ],
    },
    "long effects": {
        "bindings": [],
        "rules": [rule(*[["repeat", 1000, ["showNotification", "Info", "t", _LONG_TEXT]]] * 15)],
    },
}


@dataclass
class Figures:
    """What an honest client and the workers went through."""

    seconds: list[float] = field(default_factory=list)
    failures: int = 0
    hostile: int = 0  # answers to hostile clients meanwhile
    memory: int = 0
    lost: set[int] = field(default_factory=set)

    def at(self, share: float) -> float:
        """A percentile, in milliseconds."""
        ordered = sorted(self.seconds) or [float("inf")]
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def hostile(
    seconds: Annotated[float, typer.Option(help="How long, alone and beside each kind of hostile client.")] = 20,
    clients: Annotated[int, typer.Option(help="Hostile clients at a time.")] = 4,
    kind: Annotated[list[str] | None, typer.Option(help="Only kinds whose name contains this; may be repeated.")] = None,
) -> None:  # fmt: skip
    """Show how an honest client fares alone and beside hostile ones. Exit status 1 beyond the bar."""
    home = Path(tempfile.mkdtemp(prefix="tercel-hostile-"))
    home.chmod(0o755)
    settings = {"TERCEL_ADMIN_PASSWORD": ADMIN_PASSWORD, "TERCEL_LOG_LEVEL": "error"}
    try:
        with serving_process(home, "--workers", "2", **settings) as serving:
            figures = _try_all(serving, seconds, clients, kind)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    _out.print(_table(figures))
    alone = figures["alone"].at(0.99)
    if any(_is_beyond(each, alone) for each in figures.values()):
        raise typer.Exit(1)


def _try_all(serving: Serving, seconds: float, clients: int, kind: list[str] | None) -> dict[str, Figures]:
    with shop_of(serving) as (shop, key):
        campaign = shop.campaign(rule(["setDiscount", "d", 1], when=["and", ["couponValid"]]))
        shop.coupon(campaign, "CODE", usageLimit=999_999)
        _measure(serving, key, 3)  # everything is warm
        figures = {"alone": _measure(serving, key, seconds)}
        for name, make in _kinds(serving).items():
            if not kind or any(part in name for part in kind):
                with _beside(make, clients) as answered:
                    before = answered.value
                    figures[name] = _measure(serving, key, seconds)
                    figures[name].hostile = answered.value - before
        return figures


def _kinds(serving: Serving) -> dict[str, Kind]:
    """What hostile clients do, each with the arguments of its process."""
    kinds: dict[str, Kind] = {
        "16 KiB without a key": (_send, (serving.url, "POST", "/v1/sessions", "", "unclosed 16384")),
    }
    with shop_of(serving) as (_, key):
        for name, what in (("200 KB with a key", "unclosed 200000"), ("bodies that grow", "large")):
            kinds[name] = (_send, (serving.url, "PUT", "/v2/customer_sessions/h", key, what))
    for name, ruleset in _RULE_SETS.items():
        with shop_of(serving) as (shop, key):
            made = shop.campaign()
            path = f"{shop.path}/campaigns/{made['id']}/rulesets"
            answer = shop.management.post(path, json=ruleset)
            said = "refused: " if answer.is_error else ""
            kinds[f"{said}{name}"] = (_send, (serving.url, "PUT", "/v2/customer_sessions/h", key, "cart"))
    return kinds


def _send(answered: Any, url: str, method: str, path: str, key: str, what: str) -> None:
    """Send bodies without end, whatever is answered."""
    kind, _, size = what.partition(" ")
    bodies = _large() if kind == "large" else [_unclosed(int(size)) if size else b'{"customerSession": {}}']
    headers = {"Authorization": f"ApiKey-v1 {key}"} if key else {}
    with httpx.Client(base_url=url, headers=headers, timeout=_PATIENCE_S) as client:
        for number in itertools.count():
            content = bodies[number % len(bodies)]
            with suppress(httpx.HTTPError):
                client.request(method, f"{path}{number}" if key else path, content=content)
            with answered.get_lock():
                answered.value += 1


@contextmanager
def _beside(kind: Kind, clients: int) -> Iterator[Any]:
    """Hostile clients, from their first answer on; yields how many they got."""
    run, arguments = kind
    context = multiprocessing.get_context("spawn")
    answered = context.Value("i", 0)
    processes = [
        context.Process(target=run, args=(answered, *arguments), daemon=True) for _ in range(clients)
    ]
    for process in processes:
        process.start()
    try:
        end = time.monotonic() + _PATIENCE_S
        while answered.value < clients and time.monotonic() < end:
            time.sleep(_LOOK_EVERY_S)
        yield answered
    finally:
        for process in processes:
            process.kill()
            process.join()


def _measure(serving: Serving, key: str, seconds: float) -> Figures:
    """An honest client that closes a cart, pauses and closes the next, while somebody looks at the workers."""
    figures = Figures()
    before = _workers(serving)
    is_over = threading.Event()
    looking = threading.Thread(target=_look, args=(serving, figures, is_over))
    looking.start()
    session = {"state": "closed", "couponCodes": ["CODE"], "cartItems": [item("A", 10)]}
    end = time.monotonic() + seconds
    try:
        with httpx.Client(base_url=serving.url, headers={"Authorization": f"ApiKey-v1 {key}"}, timeout=_PATIENCE_S) as client:  # fmt: skip
            while time.monotonic() < end:
                started = time.perf_counter()
                try:
                    path = f"/v2/customer_sessions/{time.monotonic_ns()}"
                    figures.failures += client.put(path, json={"customerSession": session}).is_error
                except httpx.HTTPError:
                    figures.failures += 1
                figures.seconds.append(time.perf_counter() - started)
                is_over.wait(_PAUSE_S)
    finally:
        is_over.set()
        looking.join()
    figures.lost = before - _workers(serving)
    return figures


def _look(serving: Serving, figures: Figures, is_over: threading.Event) -> None:
    while not is_over.wait(_LOOK_EVERY_S):
        for pid in _workers(serving):
            with suppress(psutil.NoSuchProcess):
                figures.memory = max(figures.memory, psutil.Process(pid).memory_info().rss)


def _workers(serving: Serving) -> set[int]:
    found = set()
    for child in psutil.Process(serving.process.pid).children():
        with suppress(psutil.NoSuchProcess):
            if "spawn_main" in " ".join(child.cmdline()):
                found.add(child.pid)
    return found


def _is_beyond(figures: Figures, alone_ms: float) -> bool:
    is_late = figures.at(0.99) > alone_ms + _BAR_MS
    return is_late or bool(figures.lost) or bool(figures.failures) or figures.memory > _BAR_BYTES


def _table(figures: dict[str, Figures]) -> Table:
    table = Table("honest client beside", "answers", "failed", "p50 ms", "p99 ms", "max ms", "hostile answers", "workers lost", "worker MB", "bar")  # fmt: skip
    alone = figures["alone"].at(0.99)
    for name, each in figures.items():
        numbers = [f"{each.at(share):.1f}" for share in (0.5, 0.99, 1)]
        counts = [str(len(each.seconds)), str(each.failures)]
        verdict = "missed" if _is_beyond(each, alone) else "met"
        table.add_row(
            name,
            *counts,
            *numbers,
            str(each.hostile),
            str(len(each.lost)),
            f"{each.memory / 10**6:.0f}",
            verdict,
        )
    return table


if __name__ == "__main__":
    typer.run(hostile)
