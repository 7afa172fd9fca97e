"""The reference of the lints, written from their table."""

from __future__ import annotations

from typing import Any

import msgspec

from tercel.base.codec import encode
from tercel.language.values.values import decimal_text
from tercel.rules.lint.lint import Lint
from tercel.rules.lint.setting import Setting
from tercel.rules.lint.table import LINTS

_INTRODUCTION = """# The linter for rule sets

This file is made from the table of lints by `make bless`. Do not edit it.

A rule set that breaks the language is refused when it is saved. The linter warns of rule sets that run and are hardly
meant. It speaks up only about what it can prove from the rule set itself and from what it is told of the campaign: a
budget, codes, the names that exist. So a finding is worth reading, and silence is no praise.

```sh
tercel language lint campaign.json
```

Saving a rule set through the Management API answers the findings too, in the member `findings`; there the linter also
knows the attributes of the account and the settings of the application. `POST /v1/applications/{applicationId}/rulesets/check`
judges a rule set, in either form, without saving it.

A file holds a rule set (`rules`, `bindings`), a campaign (`ruleset`, `limits`, `coupons`), or a scenario (`campaigns`).
The command fails when a rule set has errors, with `--strict` also when it has warnings; remarks never fail it. In an
application that caps discounts, findings about amounts that are too large are remarks, for they are cut.

| code | severity | meaning |
|---|---|---|"""


def document() -> str:
    """Write the whole reference as Markdown."""
    rows = [f"| [`{lint.code}`](#{lint.code.lower()}) | {lint.severity} | {lint.title} |" for lint in LINTS]
    return "\n".join([_INTRODUCTION, *rows, "", *map(_section, LINTS)])


def _section(lint: Lint) -> str:
    return "\n".join(
        [
            f"## `{lint.code}`\n",
            f"**{lint.title}.** {lint.why}\n",
            *_setting(lint.setting),
            "Found in:\n",
            _rules(lint.example),
            "Not found in:\n",
            _rules(lint.counterexample),
        ]
    )


def _setting(setting: Setting) -> list[str]:
    """Write the facts about the campaign that the examples are linted with."""
    told = [f"the budget `{limit.action}` is {decimal_text(limit.limit)}" for limit in setting.limits]
    if setting.currency_digits is not None:
        told.append(f"its currency has {setting.currency_digits or 'no'} decimals")
    told += [f"`{topic}`: {', '.join(sorted(names))}" for topic, names in sorted(setting.known.items())]
    return [f"Known of the campaign: {'; '.join(told)}.\n"] if told else []


def _rules(ruleset: dict[str, Any]) -> str:
    """Write the bindings and rules of an example, one expression a line."""
    lines = [f"{_text(each['name'])} = {_text(each['expression'])}" for each in ruleset["bindings"]]
    for rule in ruleset["rules"]:
        effects = "".join(f"\n    {_text(effect)}" for effect in rule["effects"])
        lines.append(f"{_text(rule['condition'])} →{effects}")
    shown = "\n".join(lines)
    return f"```text\n{shown}\n```\n"


def _text(data: Any) -> str:
    return msgspec.json.format(encode(data), indent=0).decode()
