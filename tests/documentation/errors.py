"""The page of errors: statuses with answers of a real server, and every title that a problem may have."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from tests.architecture.sources import Module, modules

_INTRODUCTION = """<!-- Made by `make bless`: the examples are answers of a server. -->

# Errors

Whatever goes wrong is answered in one form. `message` is for people, `errors` has one entry for each problem, and `source` says where: a
`pointer` into the body, a `parameter` of the query, path or headers, or a `resource`. Programs look at the status and at `title`.

```json
{
  "message": "The submitted data was invalid",
  "errors": [
    {
      "title": "type",
      "details": "price must be of type number, not string",
      "source": {"pointer": "/customerSession/cartItems/0/price"}
    }
  ],
  "StatusCode": 400
}
```

Every answer carries an `X-Request-Id`; the log of the server has the same. A request that was refused has changed nothing. A code
that is refused is no error: it is an effect ([codes](codes.md)). What to repeat is told in [retries](retries.md).
"""


class Status(NamedTuple):
    """A status: its number, what it means, and what to do."""

    number: int
    meaning: str
    deed: str


STATUSES = (
    Status(400, "the request is wrong, or the thing's state does not allow it", "change the request; `errors` says where"),
    Status(401, "no key, or one that is not valid here", "check the key, its expiry, and that it is of the kind the path wants"),
    Status(403, "a valid key without the right", "use a key that has it"),
    Status(404, "there is no such thing, or it belongs to another application", "check the id and the path"),
    Status(405, "the path has other methods", "see the header `Allow`"),
    Status(409, "the name is taken, or somebody else was first", "take another name; or read anew and repeat"),
    Status(413, "the body is too large", "send less"),
    Status(429, "too many requests, wrong keys, log-ins or unknown codes", "wait as long as `Retry-After` says"),
    Status(501, "the contract has it, and Tercel does not yet", "see [what works](../what-works.md)"),
    Status(503, "too much waits, the database is away, or the server stops", "wait as long as `Retry-After` says, then repeat"),
    Status(500, "a fault of Tercel", "report it with its `X-Request-Id`; the log has the details"),
)  # fmt: skip

#: What each title of a problem means.
TITLES = {
    "additionalProperties": "a field that does not exist here, often a typing error",
    "arity": "a function of a rule has too many or too few arguments",
    "bundle": "a bundle that is not built of parts",
    "capacity": "the pattern does not give enough different codes",
    "conflict": "two spellings of the same thing in one rule set",
    "contains": "something that must be among the values is missing",
    "Contradiction": "position and SKU of a returned item do not fit each other",
    "divisionByZero": "a constant expression divides by zero",
    "depth": "a named expression that is nested too deeply together with the names it reads",
    "duplicate": "the same thing twice, such as two bindings of one name",
    "effectNotAllowed": "an effect stands where only a condition may",
    "enum": "not one of the values that are allowed",
    "feature": "the campaign lacks the feature, such as `coupons`",
    "format": "not a time, a UUID, JSON or whatever it should be",
    "Invalid": "a combination of values that does not go",
    "invalid": "a combination of values that does not go",
    "Invalid scope": "an additional cost that is for sessions on an item, or the other way round",
    "locked": "the evaluation group is locked",
    "maxDepth": "nested too deeply",
    "maximum": "a number or time that is too large",
    "maxItems": "a list that is too long",
    "maxLength": "a text that is too long",
    "maxProperties": "too many attributes",
    "minimum": "a number or time that is too small",
    "minItems": "a list that is too short",
    "minLength": "a text that is too short",
    "multipleOf": "a number that must be whole",
    "not": "parameters that do not go together",
    "Not allowed": "a parameter that only dry requests have",
    "notFound": "something that the request names does not exist",
    "pattern": "a text with characters that may not be in it, or a reserved name",
    "private": "an address in a private network, which outgoing requests do not reach",
    "range": "a constant expression leaves the range of its function",
    "readOnly": "something that cannot be changed",
    "recipient": "a coupon that belongs to another customer",
    "refused": "a function that stored rules may not use",
    "regex": "a regular expression that is none",
    "reserved": "a header that the sender of the request writes itself",
    "required": "something that must be there is missing",
    "state": "what was asked for does not fit the state of the session",
    "time": "a text that should be a time is none",
    "type": "another kind of value, such as a text for a number",
    "unique": "the name is taken",
    "uniqueItems": "an element is there twice",
    "Unknown": "something that was not defined, such as an attribute or a store",
    "unknownError": "a rule asks for an error that does not exist",
    "unknownField": "a rule reads a field that does not exist",
    "unknownFunction": "a rule calls a function that does not exist; the nearest name is told",
    "unknownName": "a rule reads a name that does not exist",
    "unknownReference": "a rule refers to something that the application does not have; the nearest name is told",
    "unreadable": "an expression that is not built of lists, texts and numbers",
}

_SPEAKING = ("http", "features", "rules/reader", "rules/check", "language")


def errors_page(examples: dict[int, str]) -> str:
    """The page; ``examples`` are bodies by status."""
    parts = [_INTRODUCTION, "## Statuses\n"]
    for status in STATUSES:
        parts.append(f"### {status.number}\n\n{_sentence(status.meaning)}. *To do:* {status.deed}.\n")
        parts.append(f"```json\n{examples[status.number]}\n```\n")
    parts += [
        "The head of a request may also be refused: 408 when it arrives too slowly, 431 when it is too large.\n"
    ]
    parts += ["## Titles of problems\n", "| title | means |", "|---|---|"]
    parts += [
        f"| `{title}` | {meaning} |"
        for title, meaning in sorted(TITLES.items(), key=lambda row: row[0].lower())
    ]
    return "\n".join([*parts, ""])


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def titles_in_source() -> set[str]:
    """The titles that stand in the source as texts."""
    return {
        title
        for module in modules("src/tercel")
        if module.path.removeprefix("src/tercel/").startswith(_SPEAKING)
        for title in _titles(module)
    }


def _titles(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            given = _title_of(node)
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                yield given.value


def _title_of(call: ast.Call) -> ast.expr | None:
    name = ast.unparse(call.func).rsplit(".", 2)
    if name[-1] == "Problem":
        return next((keyword.value for keyword in call.keywords if keyword.arg == "title"), None)
    is_second = name[-1] == "Finding" or name[-2:] in (["InvalidError", "at"], ["InvalidError", "parameter"])
    return call.args[1] if is_second and len(call.args) >= 2 else None
