"""Every statement says whose rows it touches, so that a coordinator can send it to the node that has them (decision 0049).

Big tables are spread by a column: their keys and indexes begin with it, statements of batches compare it with a constant, others
name it. What is an exception stands here, with its reason.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache

import pytest
from sqlalchemy import Column, Index, PrimaryKeyConstraint, TextClause, UniqueConstraint

from tercel.database.tables.all import metadata
from tercel.features.aggregates import ORDER
from tests.architecture.sources import modules

_BY_APPLICATION = (
    "sessions", "events", "event_keys", "idempotency", "returns", "entries", "counters", "coupons", "coupon_reservations",
    "referrals", "outbox", "profile_applications", "campaign_activity", "revisions",
)  # fmt: skip
_BY_ACCOUNT = ("profiles", "loyalty_ledgers", "loyalty_transactions", "loyalty_allocations")
#: Big tables, with the column that spreads them.
_SPREAD = {**dict.fromkeys(_BY_APPLICATION, "application_id"), **dict.fromkeys(_BY_ACCOUNT, "account_id")}

_INDEXES = {
    "ix_sessions_coupon_codes": "a GIN index holds arrays only, without an extension",
    "ix_profiles_attributes": "a GIN index holds documents only, without an extension",
    "ix_idempotency_created": "housekeeping forgets the answers of all applications",
}
#: Statements by the name of their constant that look at all owners at once.
_OF_ALL = {
    "_FORGET_ANSWERS": "housekeeping, on all nodes",
    "_OUTBOX": "a figure of the whole installation",
    "_CLOSED_SESSIONS": "verification reads everything",
    "_SALES": "verification reads everything",
    "_COUPON_USES": "verification reads everything",
    "_GIFT_CARDS": "verification reads everything",
    "_REFERRAL_USES": "verification reads everything",
    "_FRIENDS": "verification reads everything",
    "_POINTS": "verification reads everything",
    "_OF_COUPONS": "a part of statements that add the condition; verification reads everything",
}
#: Functions whose statements get the owner from elsewhere.
_PARTS = {
    "database/revisions.py _put_in_force: revisions": "its callers pick the slots",
    "features/codes/coupons/store.py _edit: coupons": "its callers pick the coupons",
    "features/codes/referrals/store.py change_referral: referrals": "`_one` picks the referral",
    "features/codes/referrals/store.py delete_referral: referrals": "`_one` picks the referral",
    "features/codes/reservations/listing.py list_reserved_coupons: profiles": "`named` picks the profiles",
    "features/codes/reservations/store.py delete_reservations: profiles": "its caller picks the profiles",
    "features/codes/reservations/store.py lock_coupon: coupons": "`_is` picks the coupon",
    "features/codes/reservations/store.py move_counter: coupons": "`_is` picks the coupon",
    "features/customers/profiles/listing.py get_profile: profiles": "`_visible` picks the profiles",
    "features/engine/sessions/listing.py has_profile: profiles": "looks in all accounts, for sessions of one application",
}
_ADVISORY = {
    "SHARE_UNCOUNTED": "names no table; holds while the processes of an account use one node (decision 0015)",
}

_STATEMENT = re.compile(r"\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\b")
_REFERENCE = re.compile(
    r"\b(FROM|JOIN|UPDATE|INTO|,)\s+(" + "|".join(_SPREAD) + r")\b(?! BIGINT)(?:\s+AS\s+(\w+))?"
)


@pytest.mark.parametrize("name", _SPREAD)
def test_keys_begin_with_the_owner(name: str) -> None:
    table = metadata.tables[name]
    keys = [each for each in table.constraints if isinstance(each, PrimaryKeyConstraint | UniqueConstraint)]
    found = {str(each.name or kind): next(iter(each.columns), None) for kind, each in enumerate(keys)}
    found |= {str(index.name): _first(index) for index in table.indexes}
    apart = {key for key, column in found.items() if column is not None and column.name != _SPREAD[name]}
    assert apart <= set(_INDEXES)


def _first(index: Index) -> Column[object] | None:
    first = next(iter(index.expressions), None)
    return first if isinstance(first, Column) else None


@cache
def _of_source() -> dict[str, str]:
    """The statements that stand in modules as constants, by module and name."""
    found = {}
    for module in modules("src"):
        path = (
            module.path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        )
        if path.endswith("__main__") or ".migrations." in path:
            continue
        for name, value in vars(importlib.import_module(path)).items():
            text = str(value) if isinstance(value, str | TextClause) else ""
            if _STATEMENT.match(text):
                found[f"{path}.{name}"] = text
    return found


def _of_batches() -> dict[str, str]:
    """What batches send: loads, and what the modules of writes hold."""
    writing = {write.statements.__module__ for write in ORDER.writes} | {"tercel.database.revisions"}
    found = {f"load {number}": load.sql for number, load in enumerate(ORDER.loads)}
    found |= {
        name: text
        for name, text in _of_source().items()
        if name.rpartition(".")[0] in writing and _last(name).isupper()
    }
    return {name: text for name, text in found.items() if not _last(name).startswith("_")}


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _references(text: str) -> Iterator[tuple[str, str, str]]:
    """How, which big table, and under which name, a statement uses it; rows that are inserted name their owner themselves."""
    for match in _REFERENCE.finditer(text):
        yield match[1], match[2], match[3] or match[2]


def test_there_are_statements() -> None:
    assert len(_of_batches()) > 40
    assert len(_of_source()) > 80


def test_batches_compare_the_owner_with_a_constant() -> None:
    missing = {
        f"{name}: {table} {alias}"
        for name, text in _of_batches().items()
        for how, table, alias in _references(text)
        if how != "INTO" and not re.search(rf"\b{alias}\.{_SPREAD[table]} = %s", text)
    }
    assert missing == set()


def test_rows_that_are_written_name_their_owner() -> None:
    missing = {
        f"{name}: {table}"
        for name, text in _of_source().items()
        for how, table, _ in _references(text)
        if how == "INTO" and not re.search(rf'INTO {table}(?: AS \w+)? \([^)]*\b"?{_SPREAD[table]}\b', text)
    }
    assert missing == set()


def test_other_statements_name_the_owner() -> None:
    missing = {
        f"{name}: {table} {alias}"
        for name, text in _of_source().items()
        for how, table, alias in _references(text)
        if how != "INTO" and _last(name) not in _OF_ALL and not re.search(rf"(?<!\w){_SPREAD[table]}\b", text)
    }
    assert missing == set()


def test_conflicts_are_decided_without_other_rows() -> None:
    """A coordinator accepts no sub-select there, and it is run again for every row."""
    after = {
        name: text.rpartition("ON CONFLICT")[2]
        for name, text in _of_source().items()
        if "ON CONFLICT" in text
    }
    assert {name for name, text in after.items() if "SELECT" in text.partition("RETURNING")[0]} == set()
    targets = {name: re.match(r"\s*\(([^)]*)\)", text) for name, text in after.items()}
    apart = {
        name
        for name, target in targets.items()
        for _, table, _ in [each for each in _references(_of_source()[name]) if each[0] == "INTO"]
        if target is not None and _SPREAD[table] not in target[1]
    }
    assert apart == set()


def test_no_advisory_lock_stands_beside_a_table() -> None:
    """It is of the node that runs the statement, which is another one for whoever names no table."""
    locking = {name: text for name, text in _of_source().items() if "advisory" in text}
    assert {_last(name) for name in locking if name in _of_batches()} == set(_ADVISORY)
    assert {name for name, text in locking.items() if list(_references(text))} == set()


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node


def test_built_statements_name_the_owner() -> None:
    """Of each function that selects, changes or deletes rows of a big table by SQLAlchemy."""
    missing = set()
    for module in modules("src"):
        for name, function in _functions(module.tree):
            for table in _built_on(function):
                words = ast.unparse(function)
                if not re.search(rf"\b{table}\.c\.{_SPREAD[table]}\b|holds\({table}\)|_of\(|owner", words):
                    missing.add(f"{module.path.removeprefix('src/tercel/')} {name}: {table}")
    assert missing == set(_PARTS)


def _built_on(function: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"select", "update", "delete"}
        ):
            roots = (ast.unparse(argument).partition(".c.")[0] for argument in node.args)
            found |= {root for root in roots if root in _SPREAD}
    return found
