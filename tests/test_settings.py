"""Settings: defaults, what may be given, and messages that say what to do."""

import os
import re
from pathlib import Path

import pytest

from tercel.base.limits import PASSWORD_LENGTH_MIN
from tercel.environment import SettingsError, Source, read_dotenv
from tercel.settings import (
    describe,
    environment_without_settings,
    load,
    load_from_process,
    publish,
)
from tests.architecture.sources import ROOT
from tests.support.golden import CompareWithFile

FIELDS = load({}).__struct_fields__


def test_nothing_given_means_the_defaults() -> None:
    settings = load({})
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)
    assert settings.database_url is None
    assert not settings.trust_clock_header


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("home", "/srv/tercel", Path("/srv/tercel")),
        ("database_url", "postgresql://db/x", "postgresql://db/x"),
        ("port", "80", 80),
        ("workers", "64", 64),
        ("log_format", "json", "json"),
        ("trust_clock_header", "true", True),
        ("trust_clock_header", "0", False),
        ("admin_password", "123456123456", "123456123456"),
        ("rate_limit", "1000000", 1_000_000),
    ],
)
def test_a_variable_sets_its_field(name: str, given: str, value: object) -> None:
    assert getattr(load({f"TERCEL_{name.upper()}": given}), name) == value


@pytest.mark.parametrize(
    ("variable", "given", "expected"),
    [
        ("TERCEL_PORT", "http", "a whole number, 1 to 65535"),
        ("TERCEL_PORT", "0", "a whole number, 1 to 65535"),
        ("TERCEL_WORKERS", "65", "a whole number, 1 to 64"),
        ("TERCEL_LOG_FORMAT", "xml", "`console` or `json`"),
        ("TERCEL_TRUST_CLOCK_HEADER", "maybe", "`true` or `false`"),
        ("TERCEL_HOME", "data", "an absolute path"),
    ],
)
def test_a_bad_value_is_refused_with_what_is_allowed(variable: str, given: str, expected: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({variable: given})
    assert caught.value.message == f"`{variable}` is `{given}`: expected {expected}"


def test_an_empty_variable_means_the_default() -> None:
    assert load({"TERCEL_PORT": "", "TERCEL_DATABASE_URL": ""}) == load({})


def test_the_default_home_follows_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert load({"XDG_DATA_HOME": "/data"}).home == Path("/var/lib/tercel")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert load({"XDG_DATA_HOME": "/data"}).home == Path("/data/tercel")
    assert load({"XDG_DATA_HOME": "relative"}).home == Path("~/.local/share/tercel").expanduser()


def test_settings_survive_the_way_to_another_process() -> None:
    settings = load({"TERCEL_HOME": "/srv", "TERCEL_PORT": "81", "TERCEL_TRUST_CLOCK_HEADER": "true"})
    assert load(settings.to_environment()) == settings


def test_every_setting_is_described() -> None:
    rows = describe()
    assert [name for name, _, _ in rows] == [f"TERCEL_{field.upper()}" for field in FIELDS]
    assert all(text.endswith(".") for _, _, text in rows)


def test_other_processes_can_start_without_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERCEL_PORT", "81")
    monkeypatch.setenv("OTHER", "kept")
    environment = environment_without_settings()
    assert environment["OTHER"] == "kept"
    assert environment["TERCEL_PORT"] == ""
    assert load(environment).port == 8000


def test_the_readme_has_the_table_of_settings(golden: CompareWithFile) -> None:
    readme = ROOT / "README.md"
    rows = [f"| `{name}` | {default} | {text} |" for name, default, text in describe()]
    table = re.compile(r"(?<=\| variable \| default \| meaning \|\n\|---\|---\|---\|\n)(\|.*\n)+")
    text, found = table.subn(lambda _: "\n".join([*rows, ""]), readme.read_text(encoding="utf-8"))
    assert found == 1
    golden(readme, text)


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        ("TERCEL_WORKER", "TERCEL_WORKERS"),
        ("TERCEL_DATABASE_URI", "TERCEL_DATABASE_URL"),
        ("TERCEL_ADMIN_PASSWORD_FIL", "TERCEL_ADMIN_PASSWORD_FILE"),
        ("TERCEL_PORT_FILE", "TERCEL_PORT"),
    ],
)
def test_a_misspelt_variable_is_refused_with_the_nearest_name(given: str, nearest: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({given: ""})
    assert caught.value.message == f"`{given}` is no setting: did you mean `{nearest}`?"


def test_a_variable_like_no_other_is_refused_too() -> None:
    with pytest.raises(SettingsError, match=r"`TERCEL_` is no setting: README.md lists all"):
        load({"TERCEL_": ""})


@pytest.mark.parametrize("given", ["TERCEL_SERVICE_HOST", "TERCEL_PORT_8000_TCP_ADDR"])
def test_what_kubernetes_sets_is_explained(given: str) -> None:
    with pytest.raises(SettingsError, match="enableServiceLinks: false"):
        load({given: "10.0.0.1"})


def test_a_flag_is_named_like_a_flag() -> None:
    with pytest.raises(SettingsError) as caught:
        load({"TERCEL_SHUTDOWN_SECONDS": "5"}, flags={"shutdown_seconds": "x"})
    assert caught.value.message == "`--shutdown-seconds` is `x`: expected a whole number, 1 to 600"


def test_a_flag_beats_the_environment_which_beats_the_file() -> None:
    file = Source({"TERCEL_PORT": "1", "TERCEL_HOST": "file", "TERCEL_WORKERS": "3"})
    settings = load({"TERCEL_PORT": "2", "TERCEL_HOST": "environment"}, flags={"port": "3"}, file=file)
    assert (settings.port, settings.host, settings.workers) == (3, "environment", 3)


def test_nothing_in_the_environment_hides_the_file() -> None:
    file = Source({"TERCEL_DATABASE_URL": "postgresql://db/x", "TERCEL_ADMIN_PASSWORD_FILE": "/nowhere"})
    assert load(load({}).to_environment(), file=file) == load({})


@pytest.mark.parametrize("given", ["localhost", "mysql://db/x", "postgresql://db/x?no=such", "nonsense=1"])
def test_an_address_that_is_none_is_refused_without_repeating_it(given: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({"TERCEL_DATABASE_URL": given})
    expected = "expected a URL such as `postgresql://user:password@host:5432/tercel`"
    assert caught.value.message == f"`TERCEL_DATABASE_URL` cannot be used: {expected}"


@pytest.mark.parametrize("length", [PASSWORD_LENGTH_MIN - 1, PASSWORD_LENGTH_MIN])
def test_a_short_password_is_refused(length: int) -> None:
    given = {"TERCEL_ADMIN_PASSWORD": "x" * length}
    if length == PASSWORD_LENGTH_MIN:
        assert load(given).admin_password == "x" * length
        return
    with pytest.raises(SettingsError) as caught:
        load(given)
    message = "`TERCEL_ADMIN_PASSWORD` cannot be used: expected at least 12 characters"
    assert caught.value.message == message


def test_a_file_may_hold_a_secret(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("of a file, with a line\n")
    assert load({"TERCEL_ADMIN_PASSWORD_FILE": str(file)}).admin_password == "of a file, with a line"


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "cannot be read: No such file or directory"), (b"", "is empty"), (b"\xff", "it is no text")],
)
def test_a_file_without_a_secret_is_refused(tmp_path: Path, content: bytes | None, problem: str) -> None:
    file = tmp_path / "url"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=problem) as caught:
        load({"TERCEL_DATABASE_URL_FILE": str(file)})
    assert caught.value.message.startswith(f"`TERCEL_DATABASE_URL_FILE` names `{file}`, which")


def test_a_secret_is_given_once(tmp_path: Path) -> None:
    given = {"TERCEL_DATABASE_URL": "postgresql://db/x", "TERCEL_DATABASE_URL_FILE": str(tmp_path)}
    with pytest.raises(SettingsError, match="are both given: keep one of them"):
        load(given)


def test_a_secret_of_a_file_stays_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://db/x")
    with monkeypatch.context() as patch:
        patch.setattr(os, "environ", {"TERCEL_DATABASE_URL_FILE": str(file)})
        settings = load_from_process()
        publish(settings)
        assert "TERCEL_DATABASE_URL" not in os.environ
        assert load_from_process() == settings


def test_the_working_directory_may_have_a_dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("# ours\nexport TERCEL_PORT='81'\nOTHER=1\nTERCEL_HOST=a # b\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "environ", {"TERCEL_HOST": "environment"})
    settings = load_from_process()
    assert (settings.port, settings.host) == (81, "environment")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("TERCEL_PORT=x\n", "`TERCEL_PORT` of `{file}` is `x`: expected a whole number, 1 to 65535"),
        ("TERCEL_PROT=1\n", "`TERCEL_PROT` of `{file}` is no setting: did you mean `TERCEL_PORT`?"),
        ("TERCEL_HOST='a\n", "`{file}`, line 1: expected NAME=value"),
        ("TERCEL_HOST=\xff", "`{file}` cannot be read: it is no text"),
    ],
)
def test_what_is_wrong_with_a_dotenv_is_told(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / ".env"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError) as caught:
        load({}, file=read_dotenv(file))
    assert caught.value.message == problem.format(file=file)
