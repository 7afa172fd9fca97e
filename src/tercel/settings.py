"""Settings: what an operator may choose, read once from the environment.

The only module that reads or writes the environment. Every field of ``Settings`` is the variable ``TERCEL_`` plus the
field's name in capitals; its description is what the documentation prints.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import Meta

from tercel.base.errors import TercelError

_PREFIX = "TERCEL_"
_SHARED = "PROMETHEUS_MULTIPROC_DIR"


def _about(description: str, allowed: str, *, least: int | None = None, most: int | None = None) -> Meta:
    """Describe one setting: what it is for, and in words what may be given."""
    return Meta(description=description, extra={"allowed": allowed}, ge=least, le=most)


class SettingsError(TercelError):
    """A variable of the environment holds something that cannot be used."""

    code = "settings"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be chosen from outside, with its default."""

    home: Annotated[
        Path,
        _about(
            "Directory of the embedded database and of files. The default is `/var/lib/tercel` for root, else"
            " `tercel` in `XDG_DATA_HOME` or `~/.local/share`.",
            "an absolute path",
        ),
    ]
    database_url: Annotated[
        str | None,
        _about(
            "PostgreSQL 15 or newer to use; without it Tercel starts its own server under `TERCEL_HOME`.",
            "a URL such as `postgresql://user:password@host:5432/tercel`",
        ),
    ] = None
    database_connections: Annotated[
        int,
        _about(
            "Connections per worker process for the evaluation of sessions.",
            "a whole number, 1 to 100",
            least=1,
            most=100,
        ),
    ] = 8
    host: Annotated[str, _about("Address to listen on.", "a host name or an IP address")] = "127.0.0.1"
    port: Annotated[int, _about("Port to listen on.", "a whole number, 1 to 65535", least=1, most=65535)] = (
        8000
    )
    workers: Annotated[
        int, _about("Processes that answer requests.", "a whole number, 1 to 64", least=1, most=64)
    ] = 1
    shutdown_seconds: Annotated[
        int,
        _about(
            "Seconds that requests under way have to be answered once the server was told to stop.",
            "a whole number, 1 to 600",
            least=1,
            most=600,
        ),
    ] = 20
    shutdown_delay_seconds: Annotated[
        int,
        _about(
            "Seconds that a server told to stop still accepts requests while `/readyz` says no, for load balancers.",
            "a whole number, 0 to 300",
            least=0,
            most=300,
        ),
    ] = 0
    log_format: Annotated[
        Literal["console", "json"], _about("How log lines are written.", "`console` or `json`")
    ] = "console"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        _about("The least severe log lines to write.", "`debug`, `info`, `warning` or `error`"),
    ] = "info"
    traces: Annotated[
        bool,
        _about(
            "Send traces as the `OTEL_` variables of OpenTelemetry say. Needs `tercel[traces]`.",
            "`true` or `false`",
        ),
    ] = False
    admin_email: Annotated[
        str, _about("Email address of the first administrator, read at the first start.", "an email address")
    ] = "admin@example.com"
    admin_password: Annotated[
        str | None,
        _about("Password of the first administrator; without it one is made and printed once.", "any text"),
    ] = None
    rate_limit: Annotated[
        int,
        _about(
            "Requests per second and API key beyond which the answer is 429; 0 means no limit.",
            "a whole number, 0 to 1000000",
            least=0,
            most=1_000_000,
        ),
    ] = 0
    stranger_rate_limit: Annotated[
        int,
        _about(
            "Keys that are not valid, per second and client address, beyond which the answer is 429; 0 means no limit.",
            "a whole number, 0 to 1000000",
            least=0,
            most=1_000_000,
        ),
    ] = 100
    unknown_codes_limit: Annotated[
        int,
        _about(
            "Different codes that do not exist which one customer may enter within ten minutes; new ones then get 429."
            " 0 means no limit.",
            "a whole number, 0 to 1000000",
            least=0,
            most=1_000_000,
        ),
    ] = 100
    trusted_proxies: Annotated[
        str,
        _about(
            "Reverse proxies whose `X-Forwarded-For` tells the address of the client.",
            "addresses or networks, separated by commas",
        ),
    ] = "127.0.0.1"
    trust_clock_header: Annotated[
        bool,
        _about(
            "Let the request header `X-Tercel-Now` set the engine's clock. For demonstrations and tests only.",
            "`true` or `false`",
        ),
    ] = False
    session_totals_in_lists: Annotated[
        bool,
        _about(
            "Show the discounts of each session in lists of several sessions, where published clients expect 0.",
            "`true` or `false`",
        ),
    ] = False

    def to_environment(self) -> dict[str, str]:
        """The variables that make ``load`` return these settings again."""
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        return {_variable(name): _text(value) for name, value in values.items() if value is not None}


def load(environ: Mapping[str, str]) -> Settings:
    """Read settings from variables; a missing or empty one means the default.

    Raises:
        SettingsError: names the variable, what was given and what is allowed.
    """
    values: dict[str, Any] = {"home": _default_home(environ)}
    for name, kind in get_type_hints(Settings, include_extras=True).items():
        given = environ.get(_variable(name), "")
        if given:
            values[name] = _convert(name, kind, given)
    return Settings(**values)


def load_from_process(**instead: object) -> Settings:
    """Read the settings of this process; arguments named like fields come instead of their variables."""
    given = {_variable(name): _text(value) for name, value in instead.items()}
    return load({**os.environ, **given})


def publish(settings: Settings, *, metrics_directory: str | None = None) -> None:
    """Hand settings to the processes this one will start, through their environment.

    Several processes keep what they count in files of one directory; the library for metrics reads its variable.
    """
    os.environ.update(settings.to_environment())
    if metrics_directory and settings.workers > 1:
        os.environ[_SHARED] = metrics_directory


def shared_directory() -> Path | None:
    """Where the processes of one server keep what they count together; None for a process that is alone."""
    given = os.environ.get(_SHARED)
    return Path(given) if given else None


def environment_without_settings() -> dict[str, str]:
    """The environment without any of our variables, for processes that get settings of their own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_PREFIX)}


def describe() -> list[tuple[str, str, str]]:
    """Every variable as (name, default, description), for the documentation."""
    rows = []
    for field in msgspec.structs.fields(Settings):
        default = "see description" if field.name == "home" else _text(field.default)
        rows.append((_variable(field.name), default, _meta(field.type).description or ""))
    return rows


def _variable(name: str) -> str:
    return _PREFIX + name.upper()


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _meta(kind: Any) -> Meta:
    meta: Meta = kind.__metadata__[0]
    return meta


def _convert(name: str, kind: Any, given: str) -> object:
    try:
        if name == "home":
            return _absolute(given)
        return msgspec.convert(given, kind, strict=False)
    except (msgspec.ValidationError, ValueError):
        allowed = (_meta(kind).extra or {})["allowed"]
        message = f"`{_variable(name)}` is `{given}`: expected {allowed}"
        raise SettingsError(message) from None


def _absolute(given: str) -> Path:
    path = Path(given).expanduser()
    if not path.is_absolute():
        raise ValueError(given)
    return path


def _default_home(environ: Mapping[str, str]) -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/tercel")
    data = environ.get("XDG_DATA_HOME") or ""
    return (Path(data) if Path(data).is_absolute() else Path("~/.local/share").expanduser()) / "tercel"
