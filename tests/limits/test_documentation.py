"""Every limit is used, tested and described: ``docs/limits.md`` is made from ``base/limits.py``."""

import re
from pathlib import Path
from typing import Any

import pytest

from tercel.base import limits
from tests.architecture.sources import ROOT, modules
from tests.support.golden import CompareWithFile

SOURCE = Path(limits.__file__)
DOCUMENT = ROOT / "docs" / "limits.md"
NAMES = [name for name in vars(limits) if name.isupper()]
_LINE = re.compile(r"(?P<name>[A-Z_]+) = .*?(?:  # (?P<comment>.*))?")

#: What a caller gets beyond the limits of a section.
ANSWERS = {
    "Sessions": "400 with a pointer to the field, or the name of the header. Nothing of the request is kept.",
    "Attributes": "400 with a pointer to the attribute.",
    "Loyalty": "400 with a pointer to the field; in a rule, where the rule set is saved or the `time` error while it runs.",
    "Management": "400 with a pointer to the field, or the name of the parameter.",
    "Jobs": "400 with a pointer to the field; 429 when too many jobs wait. A job that is interrupted again and again ends as "
    "failed, and keeps what it did.",
    "Files": "413 for a file with too many bytes, lines or parts, 400 with the line for what is wrong in it, 503 with `Retry-After` when too many "
    "files are under way. Nothing of a refused file is kept.",
    "HTTP": "413 for a body that is too large, 431 for such a head, 400 for a body with too many values or levels of them, 408 for a "
    "request that arrives too slowly, the end of the connection when a client does not read its answer, 503 with "
    "`Retry-After` when too many requests or passwords wait or bodies hold too much, 429 with it when too many log-ins failed, 409 when others of the same session or profile are too many or take too long.",
    "Rule language": "400 with a pointer to the place when a rule set is saved. While rules run: the rule gives "
    "nothing and an `error` effect says why. A campaign that has spent its steps ends there and what it gave stays; with the steps "
    "or the processor time of the whole evaluation used up, the answer is 503 with `Retry-After` and nothing is done, or an `error` "
    "effect for a dry request.",
    "Pipeline": "nothing to notice: batches that are full make others wait, and a batch that lost too often is split; a "
    "costly decision leaves it at once.",
    "Time": "503 with `Retry-After`; what was not committed is not done. A request with an `Idempotency-Key` is repeated "
    "safely with the same key.",
    "Processes": "the worker is killed and replaced; what it had not committed is not done.",
}


#: Bounds elsewhere, which nobody can exceed or notice: what is shown or remembered, and what a type or a program can hold.
ELSEWHERE = {
    "src/tercel/base/durations.py:_DIGITS_MAX": "follows from DURATION_YEARS_MAX",
    "src/tercel/base/codec.py:_INT_DIGITS_MAX": "what Python converts",
    "src/tercel/base/keys.py:_PLAIN_BYTES_MAX": "longer keys are hashed",
    "src/tercel/base/near.py:_LENGTH_MAX": "longer names have no near one",
    "src/tercel/cli/examination.py:_POSTGRESQL_MIN": "a version",
    "src/tercel/cli/examination.py:_YEAR_MIN": "a clock before it is wrong",
    "src/tercel/cli/jobs.py:_WIDTH_MIN": "of a table",
    "src/tercel/cli/lint.py:_SENTENCE_LENGTH_MAX": "longer sentences are shortened",
    "src/tercel/cli/verify.py:_SHOWN_MAX": "lines of a report",
    "src/tercel/database/migrate.py:_POSTGRESQL_MIN": "a version",
    "src/tercel/database/server/cluster.py:_SOCKET_PATH_LENGTH_MAX": "what the kernel takes",
    "src/tercel/database/server/tuning.py:_CONNECTIONS_MIN": "a setting of the server",
    "src/tercel/database/statistics.py:ROWS_MIN": "smaller tables need no statistics",
    "src/tercel/evaluation/explain/people_needs.py:_ID_MAX": "what a column holds",
    "src/tercel/evaluation/explain/sentences.py:READINGS_MAX": "ways that are explained",
    "src/tercel/evaluation/explain/time_needs.py:_CANDIDATES_MAX": "instants that are tried",
    "src/tercel/features/common/patterns/make.py:_DRAWS_MIN": "codes drawn at a time",
    "src/tercel/features/common/patterns/make.py:_ROUNDS_MAX": "then the pattern has no free code",
    "src/tercel/features/common/attributes.py:_SHOWN_MAX": "characters quoted in a message",
    "src/tercel/features/access/keys/callers.py:_REMEMBERED_MAX": "callers remembered by a process",
    "src/tercel/features/engine/sessions/listing.py:_PARTIAL_LENGTH_MIN": "shorter terms are compared whole",
    "src/tercel/features/access/throttles/codes.py:_REMEMBERED_MAX": "codes remembered by a process",
    "src/tercel/http/decoding/bounds.py:_DIGITS_MAX": "what a number is",
    "src/tercel/http/decoding/bounds.py:_EXPONENT_MAX": "what a number is",
    "src/tercel/http/decoding/bounds.py:_INT_MAX": "what a column holds",
    "src/tercel/http/kernel/call.py:_ID_DIGITS_MAX": "what a column holds",
    "src/tercel/http/kernel/call.py:_ID_MAX": "what a column holds",
    "src/tercel/http/decoding/leniency.py:_WHOLE_DIGITS_MAX": "what a column holds",
    "src/tercel/http/kernel/router.py:_HINTS_MAX": "names in a message",
    "src/tercel/features/access/keys/endpoints.py:_HINTS_MAX": "names in an answer",
    "src/tercel/http/kernel/router.py:_WORD_LENGTH_MAX": "longer words are not compared for a hint",
    "src/tercel/http/decoding/strictness.py:_LOOKED_THROUGH_MAX": "larger bodies are not searched for unknown names",
    "src/tercel/http/decoding/strictness.py:_NAME_LENGTH_MAX": "names in a header",
    "src/tercel/http/decoding/strictness.py:_REST_SECONDS_MAX": "between two searches, under load",
    "src/tercel/rules/blocks/codecs.py:_POINT_DIGITS_MAX": "what clients read as a float",
    "src/tercel/http/decoding/skeleton.py:_QUOTES_MAX": "follows from JSON_VALUES_MAX",
    "src/tercel/jobs/sampling.py:_LOOK_S_MAX": "then a figure is missing",
    "src/tercel/language/values/costs.py:_NEEDLE_MAX": "a price of searching",
    "src/tercel/language/functions/numbers.py:_DIGITS_MAX": "precision of Decimal",
    "src/tercel/language/functions/time.py:_UNITS_MAX": "more leave the calendar",
    "src/tercel/base/zoned.py:_DAYS_MAX": "more leave the calendar",
    "src/tercel/base/zoned.py:_MONTHS_MAX": "more leave the calendar",
    "src/tercel/rules/expressions/parse.py:_DEPTH_MAX": "follows from EXPRESSION_DEPTH_MAX",
    "src/tercel/rules/lint/expand.py:_NODES_MAX": "larger conditions are not compared",
}
_BOUND = re.compile(r"^(_?[A-Z][A-Z_]*_(?:MAX|MIN))\b[^=\n]*=", re.MULTILINE)


def users(name: str, directory: str) -> list[str]:
    word = re.compile(rf"\b{name}\b")
    return [module.path for module in modules(directory) if word.search(module.text)]


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_is_used_and_tested(name: str) -> None:
    assert [path for path in users(name, "src") if path != "src/tercel/base/limits.py"]
    assert [path for path in users(name, "tests") if path != "tests/limits/test_documentation.py"]


def test_limits_stand_in_one_place() -> None:
    """What somebody can exceed is a limit; a limit elsewhere would be neither tested nor described."""
    found = {
        f"{module.path}:{name}"
        for module in modules("src")
        if module.path != "src/tercel/base/limits.py"
        for name in _BOUND.findall(module.text)
    }
    assert sorted(found - set(ELSEWHERE)) == [], "to base/limits.py, or say here why it is none"
    assert sorted(set(ELSEWHERE) - found) == [], "these are gone"


def value_of(name: str) -> str:
    value: Any = getattr(limits, name)
    return f"{value:,f}" if not isinstance(value, int | float) else f"{value:,}"


def rows(section: str) -> list[str]:
    found = filter(None, map(_LINE.fullmatch, section.splitlines()))
    return [
        "| limit | value | |",
        "|---|---|---|",
        *(f"| `{line['name']}` | {value_of(line['name'])} | {line['comment'] or ''} |" for line in found),
    ]


def test_the_document_lists_every_limit(golden: CompareWithFile) -> None:
    parts = re.split(r"^# (.+)\n", SOURCE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = [
        "# Limits",
        "",
        "What exceeds a limit is refused, never cut off. The numbers stand in `src/tercel/base/limits.py`; limits that the",
        "published contract states are marked (contract), the others are Tercel's own. `make bless` renews this page.",
    ]
    titles = parts[1::2]
    assert set(titles) == set(ANSWERS)
    for title, section in zip(titles, parts[2::2], strict=True):
        lines += ["", f"## {title}", "", f"Beyond it: {ANSWERS[title]}", "", *rows(section)]
    text = "\n".join(lines) + "\n"
    assert [name for name in NAMES if f"`{name}`" not in text] == []
    golden(DOCUMENT, text)
