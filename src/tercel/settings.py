"""Settings: what an operator may choose, read once from flags, the environment and ``.env``.

The only module that reads or writes the environment. Every field of ``Settings`` is the variable ``TERCEL_`` plus the
field's name in capitals; its description is what the documentation prints.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import Meta

from tercel.base.limits import PASSWORD_LENGTH_MIN
from tercel.environment import PREFIX, Given, SettingsError, Source, hides_file, is_file_variable, read_dotenv

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@]+")
_SHARED = "PROMETHEUS_MULTIPROC_DIR"


def _about(description: str, allowed: str, *, least: int | None = None, most: int | None = None) -> Meta:
    """Describe one setting: what it is for, and in words what may be given."""
    return Meta(description=description, extra={"allowed": allowed}, ge=least, le=most)


def _secret(description: str, allowed: str) -> Meta:
    """Describe a setting that no message repeats, and that a file may hold."""
    return Meta(description=description, extra={"allowed": allowed, "secret": True})


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be chosen from outside, with its default."""

    home: Annotated[
        Path,
        _about(
            "Directory of the embedded database and of files. `XDG_DATA_HOME` comes instead of `~/.local/share`.",
            "an absolute path",
        ),
    ]
    database_url: Annotated[
        str | None,
        _secret(
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
        _secret(
            "Password of the first administrator; without it one is made and printed once.",
            f"at least {PASSWORD_LENGTH_MIN} characters",
        ),
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
    cors_origins: Annotated[
        str,
        _about(
            "Origins whose pages may call both APIs from a browser, separated by commas; `*` for all. Nobody without it.",
            "origins such as `https://shop.example`, separated by commas, or `*`",
        ),
    ] = ""
    allow_private_networks: Annotated[
        bool,
        _about(
            "Let outgoing requests reach this machine and private networks.",
            "`true` or `false`",
        ),
    ] = False
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
        """Return the variables that make ``load`` return these settings again, whatever a ``.env`` says."""
        return {_variable(name): _text(getattr(self, name)) for name in self.__struct_fields__}


def load(
    environ: Mapping[str, str], *, flags: Mapping[str, str] | None = None, file: Source | None = None
) -> Settings:
    """Read settings: a flag beats the environment, which beats the file; nothing, or an empty text, means the default.

    ``flags`` are texts by field.

    Raises:
        SettingsError: names the flag or variable, what was given and what is allowed.
    """
    sources = (Source(environ), file or Source({}))
    variables = {_variable(name): _is_secret(kind) for name, kind in _kinds().items()}
    for source in sources:
        source.check_names(variables, [name for name, is_secret in variables.items() if is_secret])
    values: dict[str, Any] = {"home": _default_home(environ)}
    for name, kind in _kinds().items():
        given = _find(name, kind, flags or {}, sources)
        if given is not None and given.text:
            values[name] = _convert(name, kind, given)
    return Settings(**values)


def load_from_process(**flags: object) -> Settings:
    """Read the settings of this process; arguments named like fields were given as flags."""
    given = {name: _text(value) for name, value in flags.items()}
    return load(os.environ, flags=given, file=read_dotenv())


def publish(settings: Settings, *, metrics_directory: str | None = None) -> None:
    """Hand settings to the processes this one will start, through their environment.

    A secret that a file holds stays there. Several processes keep what they count in files of one directory; the library for
    metrics reads its variable.
    """
    variables = settings.to_environment().items()
    os.environ.update({name: value for name, value in variables if not hides_file(os.environ, name)})
    if metrics_directory and settings.workers > 1:
        os.environ[_SHARED] = metrics_directory


def shared_directory() -> Path | None:
    """Return the directory of the counts that the processes of one server share; None for a process that is alone."""
    given = os.environ.get(_SHARED)
    return Path(given) if given else None


def secret_files() -> list[Path]:
    """Return the files that the environment names for secrets."""
    return [Path(value) for name, value in os.environ.items() if is_file_variable(name) and value]


def environment_without_settings() -> dict[str, str]:
    """Return the environment with the default of every setting, whatever a ``.env`` says, for processes that get
    their own."""
    ours = dict.fromkeys(map(_variable, Settings.__struct_fields__), "")
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)} | ours


def describe() -> list[tuple[str, str, str]]:
    """List every variable as (name, default, description), for the documentation."""
    rows = []
    for field in msgspec.structs.fields(Settings):
        default = _HOMES if field.name == "home" else f"`{_text(field.default)}`".replace("``", "")
        rows.append((_variable(field.name), default, _meta(field.type).description or ""))
    return rows


def _kinds() -> dict[str, Any]:
    return get_type_hints(Settings, include_extras=True)


def _find(name: str, kind: Any, flags: Mapping[str, str], sources: Iterable[Source]) -> Given | None:
    if name in flags:
        return Given(flags[name], f"--{name.replace('_', '-')}")
    found = (source.find(_variable(name), is_secret=_is_secret(kind)) for source in sources)
    return next((given for given in found if given is not None), None)


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _meta(kind: Any) -> Meta:
    meta: Meta = kind.__metadata__[0]
    return meta


def _is_secret(kind: Any) -> bool:
    return "secret" in (_meta(kind).extra or {})


def _convert(name: str, kind: Any, given: Given) -> object:
    try:
        if name in _READERS:
            return _READERS[name](given.text)
        return msgspec.convert(given.text, kind, strict=False)
    except (msgspec.ValidationError, ValueError):
        allowed = (_meta(kind).extra or {})["allowed"]
        shown = "cannot be used" if _is_secret(kind) else f"is `{given.text}`"
        name, space, where = given.name.partition(" ")
        raise SettingsError(f"`{name}`{space}{where} {shown}: expected {allowed}") from None


def _absolute(given: str) -> Path:
    path = Path(given).expanduser()
    if not path.is_absolute():
        raise ValueError(given)
    return path


def _address(given: str) -> str:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        conninfo_to_dict(given)
    except ProgrammingError:
        raise ValueError from None  # without what was given: it may hold a password
    return given


def _password(given: str) -> str:
    if len(given) < PASSWORD_LENGTH_MIN:
        raise ValueError
    return given


def _origins(given: str) -> str:
    """Origins as browsers send them."""
    found = [each.strip().rstrip("/").lower() for each in given.split(",")]
    if found != ["*"] and not all(_ORIGIN.fullmatch(each) for each in found):
        raise ValueError(given)
    return ",".join(found)


#: What msgspec cannot say. Each raises ``ValueError``.
_READERS: dict[str, Callable[[str], object]] = {
    "home": _absolute,
    "database_url": _address,
    "admin_password": _password,
    "cors_origins": _origins,
}

_HOMES = "`/var/lib/tercel` for root, else `~/.local/share/tercel`"


def _default_home(environ: Mapping[str, str]) -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/tercel")
    data = environ.get("XDG_DATA_HOME") or ""
    return (Path(data) if Path(data).is_absolute() else Path("~/.local/share").expanduser()) / "tercel"
