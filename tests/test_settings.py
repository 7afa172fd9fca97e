"""Settings: defaults, what may be given, and messages that say what to do."""

import os
from pathlib import Path

import pytest

from tercel.settings import SettingsError, describe, environment_without_settings, load


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
        ("admin_password", "123456", "123456"),
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
    assert [name for name, _, _ in rows] == [
        f"TERCEL_{field.upper()}" for field in load({}).__struct_fields__
    ]
    assert all(text.endswith(".") for _, _, text in rows)


def test_other_processes_can_start_without_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERCEL_PORT", "81")
    monkeypatch.setenv("OTHER", "kept")
    environment = environment_without_settings()
    assert environment["OTHER"] == "kept"
    assert "TERCEL_PORT" not in environment
