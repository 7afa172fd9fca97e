"""What the demonstration shows at its end: what happened, whether the counters are right, and what to try next."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import msgspec
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from demo.audit import Check
from demo.example import Example
from demo.plot import plot_weeks
from demo.reasons import explain
from demo.shop import ZONE, Shop
from demo.tally import Tally
from demo.world import World
from tercel.base.codec import encode, wire_time
from tercel.base.numbers import ZERO
from tercel.settings import Settings

_CAMPAIGNS_SHOWN = 12
_FAILURES_SHOWN = 3
_MARGIN = 2
_READABLE = "python3 -m json.tool"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the summary tells of. ``seconds`` is how long the baskets took."""

    shop: Shop
    world: World
    tally: Tally
    checks: Sequence[Check]
    seconds: float

    @property
    def is_right(self) -> bool:
        """Whether every basket was answered and every check holds."""
        return not self.tally.failures and all(check.holds for check in self.checks)


def show_introduction(shop: Shop, console: Console) -> None:
    """Print what is going to be replayed."""
    first, last = (f"{shop.baskets[index].at.astimezone(ZONE):%-d %B %Y}" for index in (0, -1))
    text = (
        f"The Complete Journey: [bold]{len(shop.baskets):,}[/bold] baskets of a grocery's customers, {first} to {last},"
        f" from {len(shop.stores())} stores; {len(shop.campaigns)} campaigns with {len(shop.coupons):,} coupons, sent to"
        f" some of {len(shop.households):,} households."
    )
    console.print(Padding(text, (1, _MARGIN)))


def show_report(report: Report, console: Console) -> None:
    """Print what happened."""
    width = console.width - 2 * _MARGIN
    _section(console, "What happened", _figures(report))
    _section(
        console,
        "Sales of the replayed baskets by week, in dollars",
        Text(plot_weeks(report.tally.weeks, width), style="cyan"),
    )
    _section(console, "Effects", _effects(report.tally))
    _section(console, "Coupons handed in", _coupons(report))
    _section(console, "Discounts by campaign", _campaigns(report))
    _section(console, "Do the counters agree?", _checks(report.checks))
    if report.tally.failures:
        _section(console, "Baskets that failed", Text("\n".join(report.tally.failures[:_FAILURES_SHOWN])))


def show_next_steps(console: Console, world: World, settings: Settings, example: Example | None) -> None:
    """Print the address, the keys and requests to try. What is to be copied is never broken over lines."""
    url = f"http://{settings.host}:{settings.port}"
    table = _table()
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    table.add_row("Address", url)
    table.add_row("Administrator", f"{settings.admin_email}  ·  {settings.admin_password}")
    _section(console, "What to try next", table)
    _copied(console, "Integration key", world.integration_key)
    _copied(console, "Management key", world.management_key)
    if example is not None:
        _copied(console, "A cart with a coupon, at a time when its campaign ran", _curl(url, world, example))
    campaigns = shlex.quote(f"{url}/v1/applications/{world.application_id}/campaigns")
    key = shlex.quote(f"Authorization: ManagementKey-v1 {world.management_key}")
    request = f"curl -s {campaigns} \\\n    -H {key} | {_READABLE}"
    _copied(console, "The campaigns with their budgets and counters", request)
    home = shlex.quote(str(_from_here(settings.home)))
    _copied(console, "All counters again, from the ledger", f"./tercel verify --home {home}")
    _copied(console, "The API's documents", f"{url}/openapi/integration.json\n{url}/openapi/management.json")
    _copied(console, "An installation of your own, beside this one", "make serve")


def _copied(console: Console, title: str, text: str) -> None:
    console.print(Padding(f"[bold]{title}[/bold]", (1, _MARGIN, 0, _MARGIN)))
    console.print(Text(text), soft_wrap=True)


def _from_here(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _section(console: Console, title: str, content: RenderableType) -> None:
    console.print()
    console.print(Rule(f"[bold]{title}[/bold]", align="left", style="dim"))
    console.print(Padding(content, (0, _MARGIN)))


def _figures(report: Report) -> RenderableType:
    tally = report.tally
    sales = sum((week.sales for week in tally.weeks.values()), ZERO)
    discounts = sum(tally.discounts.values(), ZERO)
    table = _table()
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    table.add_row(
        "Baskets", f"{tally.sessions:,} closed in {report.seconds:.1f} s over HTTP, each a durable session"
    )
    table.add_row("Rate", f"{tally.sessions / report.seconds:,.0f} sessions a second")
    table.add_row(
        "Latency", f"{_ms(tally.percentile(0.5))} median, {_ms(tally.percentile(0.99))} for 99 of 100"
    )
    table.add_row("Sales", f"{_money(sales)} before discounts")
    share = f" ({100 * discounts / sales:.1f} %)" if sales else ""
    table.add_row("Discounts", f"{_money(discounts)}{share}")
    return table


def _effects(tally: Tally) -> RenderableType:
    table = _table()
    table.add_column()
    table.add_column(justify="right")
    for name, count in tally.effects.most_common():
        table.add_row(name, f"{count:,}")
    return table


def _coupons(report: Report) -> RenderableType:
    tally = report.tally
    accepted = tally.accepted.total()
    intro = Text.assemble(
        ("In 2017 the households handed in ", ""),
        (f"{report.shop.redemptions:,}", "bold"),
        (" coupons. The replayed baskets held ", ""),
        (f"{tally.codes:,}", "bold"),
        (" of them; ", ""),
        (f"{accepted:,}", "bold green"),
        (f" were accepted and {tally.codes - accepted:,} were not:", ""),
    )
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(justify="right", style="yellow")
    table.add_column()
    for reason, refused in sorted(tally.refused.items(), key=lambda pair: -pair[1].count):
        first = f"such as {refused.code} of household {refused.household} on {refused.day:%-d %B}"
        table.add_row(f"{refused.count:,}", Text.assemble(explain(reason), (f"\n{first}", "dim")))
    worth = Text(
        "The data do not say what a coupon is worth: here it takes a dollar off, the median of 2017.", "dim"
    )
    return Group(intro, table, worth) if tally.refused else Group(intro, worth)


def _campaigns(report: Report) -> RenderableType:
    tally, names = report.tally, report.world.names
    ranked = sorted(tally.discounts, key=lambda id_: -tally.discounts[id_])
    table = _table(show_header=True)
    table.add_column("Campaign")
    table.add_column("Discounts", justify="right")
    table.add_column("Coupons", justify="right")
    for id_ in ranked[:_CAMPAIGNS_SHOWN]:
        table.add_row(names[id_], _money(tally.discounts[id_]), _count(tally.accepted[id_]))
    rest = ranked[_CAMPAIGNS_SHOWN:]
    if rest:
        discounts = sum((tally.discounts[id_] for id_ in rest), ZERO)
        coupons = sum(tally.accepted[id_] for id_ in rest)
        table.add_row(f"{len(rest)} others", _money(discounts), _count(coupons), style="dim")
    return table


def _checks(checks: Sequence[Check]) -> RenderableType:
    table = _table()
    table.add_column()
    table.add_column()
    table.add_column(justify="right")
    for check in checks:
        figure = _figure(check.found) if check.holds else f"{check.found:,f}, not {check.expected:,f}"
        table.add_row("[green]✓[/green]" if check.holds else "[red]✗[/red]", check.title, figure)
    return table


def _curl(url: str, world: World, example: Example) -> str:
    parts = [
        f"curl -s -X PUT {url}/v2/customer_sessions/my-first-cart",
        f"-H {shlex.quote(f'Authorization: ApiKey-v1 {world.integration_key}')}",
        f"-H 'Content-Type: application/json' -H 'X-Tercel-Now: {wire_time(example.at)}'",
        f"-d {shlex.quote(encode(example.body).decode())} | {_READABLE}",
    ]
    return " \\\n    ".join(parts)


def _table(*, show_header: bool = False) -> Table:
    return Table(box=None, padding=(0, 3, 0, 0), show_header=show_header, header_style="dim")


def _money(amount: Decimal) -> str:
    return f"${amount:,.2f}"


def _figure(value: Decimal) -> str:
    return f"{value:,f}"


def _count(count: int) -> str:
    return f"{count:,}" if count else ""


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms"
