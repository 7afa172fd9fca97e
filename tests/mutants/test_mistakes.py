"""The mistakes that are put into the source: each kind, as the text it leaves."""

import ast

import pytest

from tests.mutants.mistakes import mistakes
from tests.mutants.queries import queries
from tests.mutants.source import Source
from tests.mutants.sql import statements


def source_of(text: str, path: str = "src/tercel/made_up.py") -> Source:
    return Source(path, text, ast.parse(text))


def _texts(text: str, operator: str, maker=mistakes) -> list[str]:
    source = source_of(text)
    changes = [change for change in maker(source) if change.operator == operator]
    assert all(source.is_program(change) for change in changes)
    return [source.changed(change) for change in changes]


@pytest.mark.parametrize(
    ("operator", "text", "expected"),
    [
        ("negated condition", "x = a if b() else c", ["x = a if (not (b())) else c"]),
        ("negated condition", "[x for x in y if x]", ["[x for x in y if (not (x))]"]),
        ("negated condition", "x = a if b < c else d", []),
        ("comparison", "x = a < b <= c", ["x = a <= b <= c", "x = a < b < c"]),
        ("comparison", "x = a is not None", ["x = a is None"]),
        ("comparison", "x = (a) == (b)", ["x = (a) != (b)"]),
        ("dropped operand", "x = a and b", ["x = ((b))", "x = ((a))"]),
        ("and/or", "x = a and b", ["x = ((a) or (b))"]),
        ("constant", "x = f(True)", ["x = f(False)"]),
        ("constant", "x = 1", ["x = (1 + 1)"]),
        ("removed guard", "for x in y:\n    if x:\n        continue\n    f()", ["for x in y:\n    pass\n    f()"]),
        ("removed guard", "for x in y:\n    if x:\n        f()", []),
        ("removed statement", "f(x)", ["pass"]),
        ("removed statement", "a.b = 1", ["pass"]),
        ("removed statement", "_log.info('x')", []),
        ("swapped arguments", "f(a, b, *c)", ["f(b, a, *c)"]),
        ("any/all, min/max", "x = any(y)", ["x = all(y)"]),
        ("arithmetic", "x = a + b", ["x = a - b"]),
        ("arithmetic", "x += a", ["x -= a"]),
        ("arithmetic", "x = not a", ["x = (a)"]),
        ("replaced body", "def f() -> bool:\n    '''Say.'''\n    return g()", ["def f() -> bool:\n    '''Say.'''\n    return True"]),
        ("replaced body", "def f() -> int | None:\n    return g()", ["def f() -> int | None:\n    return None"]),
        ("replaced body", "def f() -> int:\n    raise ValueError", []),
        ("dropped operand", "assert a and b", []),
        ("comparison", "x = f'é {a == b}'; y = c == d", ["x = f'é {a == b}'; y = c != d"]),
    ],
)  # fmt: skip
def test_code(operator: str, text: str, expected: list[str]) -> None:
    assert sorted(_texts(text, operator)) == sorted(expected)


@pytest.mark.parametrize(
    ("operator", "text", "expected"),
    [
        ("dropped condition", "s.where(a, b)", ["s.where(b)", "s.where(a)"]),
        ("dropped condition", "s.where(a)", ["s.where(True)"]),
        (
            "order",
            "s.order_by(a.desc(), b)",
            ["s.order_by(b)", "s.order_by(a.desc())", "s", "s.order_by(a, b)"],
        ),
        ("join", "s.outerjoin(t)", ["s.join(t)"]),
        ("join", "s.join(t)", ["s.outerjoin(t)"]),
        ("join", "', '.join(t)", []),
        ("is null", "t.c.a.is_(None)", ["t.c.a.is_not(None)"]),
        ("distinct", "s.distinct()", ["s"]),
        ("and/or", "and_(a, b)", ["or_(a, b)"]),
    ],
)
def test_statements_of_sqlalchemy(operator: str, text: str, expected: list[str]) -> None:
    head = "import sqlalchemy\n"
    assert sorted(_texts(head + text, operator, queries)) == sorted(head + each for each in expected)


@pytest.mark.parametrize(
    ("operator", "text", "expected"),
    [
        (
            "dropped condition",
            "SELECT a FROM t WHERE a = 1 AND (b IS NULL OR c < {d}) ORDER BY a",
            [
                "SELECT a FROM t WHERE true AND (b IS NULL OR c < {d}) ORDER BY a",
                "SELECT a FROM t WHERE a = 1 AND true ORDER BY a",
                "SELECT a FROM t WHERE a = 1 AND (false OR c < {d}) ORDER BY a",
                "SELECT a FROM t WHERE a = 1 AND (b IS NULL OR false) ORDER BY a",
            ],
        ),
        ("dropped condition", "INSERT INTO t SELECT 1 ON CONFLICT (a) DO NOTHING", []),
        (
            "dropped condition",
            "SELECT a FROM t WHERE a BETWEEN 1 AND 2 AND b",
            ["SELECT a FROM t WHERE true AND b", "SELECT a FROM t WHERE a BETWEEN 1 AND 2 AND true"],
        ),
        ("comparison", "UPDATE t SET a = 1 WHERE b <= 2", ["UPDATE t SET a = 1 WHERE b < 2"]),
        ("comparison", "SELECT a FROM t WHERE a = 1", ["SELECT a FROM t WHERE a <> 1"]),
        ("join", "SELECT a FROM t LEFT JOIN u USING (a)", ["SELECT a FROM t JOIN u USING (a)"]),
        ("join", "SELECT a FROM t JOIN u USING (a)", ["SELECT a FROM t LEFT JOIN u USING (a)"]),
        ("is null", "SELECT a FROM t WHERE a IS NULL", ["SELECT a FROM t WHERE a IS NOT NULL"]),
        (
            "order",
            "SELECT a FROM t ORDER BY a DESC, b LIMIT 1",
            ["SELECT a FROM t ORDER BY a ASC, b LIMIT 1", "SELECT a FROM t  LIMIT 1"],
        ),
        ("any/all, min/max", "SELECT greatest(a, b) FROM t", ["SELECT least(a, b) FROM t"]),
        ("constant", "SELECT true FROM t", ["SELECT false FROM t"]),
        ("join", "They join us", []),
    ],
)
@pytest.mark.parametrize("quotes", ['f"""', 'f"'])
def test_texts_in_sql(operator: str, text: str, expected: list[str], quotes: str) -> None:
    closing = quotes.removeprefix("f")
    found = _texts(f"x = {quotes}{text}{closing}", operator, statements)
    assert sorted(found) == sorted(f"x = {quotes}{each}{closing}" for each in expected)


def test_docstrings_are_no_statements() -> None:
    assert list(statements(source_of('"""How to SELECT a FROM t WHERE b = c."""'))) == []
