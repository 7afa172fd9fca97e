"""``tercel language lint``: what is wrong with rule sets in files, and what is hardly meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from tercel.base.errors import InvalidError
from tercel.base.numbers import use_engine_context
from tercel.cli.common.files import read_json
from tercel.evaluation.entities.run import RULE_SCOPE
from tercel.evaluation.facts import currency_digits
from tercel.language.checker.findings import Finding
from tercel.language.printer import sentence
from tercel.rules.lint.linting import lint_in_setting
from tercel.rules.lint.setting import Setting
from tercel.rules.reader import read_leniently
from tercel.rules.sentences import rule_sentence
from tercel.scenario.codes import read_limit

_SENTENCE_LENGTH_MAX = 300
_WORDS = {"error": "error", "warning": "warning", "info": "remark"}


class _Place(NamedTuple):
    """A rule set within a document: its pointer, and the setting it runs in."""

    pointer: str
    ruleset: Any
    setting: Setting


def lint(
    files: Annotated[
        list[Path],
        typer.Argument(help="JSON files with a rule set, a campaign or a scenario each.", metavar="FILE…"),
    ],
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")] = False,
) -> None:
    """Find what is wrong with rule sets, and what is hardly meant.

    Prints every finding with its place, the rule in words, and what to do. Exit status 1 when there are errors.

    Example: tercel language lint campaign.json
    """
    use_engine_context()
    counts: Counter[str] = Counter()
    for file in files:
        for place in _places(read_json(file)):
            for finding in lint_in_setting(place.ruleset, RULE_SCOPE, place.setting):
                counts[finding.severity] += 1
                print("\n".join(_shown(file, place, finding)))
    print(", ".join(_counted(counts[severity], word) for severity, word in _WORDS.items()))
    if counts["error"] or (strict and counts["warning"]):
        raise typer.Exit(1)


def _places(data: Any) -> Iterator[_Place]:
    """Yield the rule sets of a document: of a scenario, of a campaign, or the document itself."""
    if isinstance(data, Mapping) and isinstance(data.get("campaigns"), list):
        context = data.get("context")
        application = context.get("application") if isinstance(context, Mapping) else None
        for index, campaign in enumerate(data["campaigns"]):
            yield _campaign(campaign, f"/campaigns/{index}", application)
    elif isinstance(data, Mapping) and "ruleset" in data:
        yield _campaign(data, "", None)
    else:
        yield _Place("", data, Setting())


def _campaign(campaign: Any, pointer: str, application: Any) -> _Place:
    if not isinstance(campaign, Mapping):
        raise InvalidError.at(pointer, "not a campaign", "a campaign is an object with a `ruleset`")
    settings: Mapping[str, Any] = application if isinstance(application, Mapping) else {}
    try:
        limits = tuple(map(read_limit, campaign.get("limits") or ()))
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
        raise InvalidError.at(
            f"{pointer}/limits", "not a list of limits", "a limit is an object with `action` and `limit`"
        ) from None
    setting = Setting(
        limits=limits,
        has_codes=bool(campaign.get("coupons") or campaign.get("referrals")),
        allows_partial=bool(settings.get("partial")),
        is_flattened=bool(settings.get("flattened", True)),
        caps_discounts=bool(settings.get("capped")),
        currency_digits=currency_digits(settings["currency"]) if "currency" in settings else None,
    )
    return _Place(f"{pointer}/ruleset", campaign.get("ruleset"), setting)


def _shown(file: Path, place: _Place, finding: Finding) -> Iterator[str]:
    yield f"{file}: {place.pointer}{finding.pointer}: {_WORDS[finding.severity]} {finding.code}"
    yield f"    {finding.message}"
    words = _words(place.ruleset, finding.pointer)
    if words:
        yield f"    {words}" if len(words) <= _SENTENCE_LENGTH_MAX else f"    {words[:_SENTENCE_LENGTH_MAX]}…"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _words(data: Any, pointer: str) -> str:
    """Put the rule or binding that a pointer leads into in words; return an empty text if it leads into neither."""
    ruleset, _ = read_leniently(data)
    for binding in (*ruleset.bindings, *(each for rule in ruleset.rules for each in rule.bindings)):
        if f"{pointer}/".startswith(f"{binding.at}/"):
            return f"“{binding.name}” is {sentence(binding.expression)}"
    for rule in ruleset.rules:
        if f"{pointer}/".startswith(f"/rules/{rule.index}/"):
            return f"“{rule.title}”: {rule_sentence(rule)}"
    return ""
