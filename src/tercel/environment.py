"""Where a setting's value comes from: a flag, the environment, a file that holds a secret, or the file ``.env``.

A setting is decided by the first of these that names it: the flag, then the environment, then ``.env``. Naming it with nothing
means the default. A secret may be given as the name of a file that holds it, in a variable whose name ends with ``_FILE``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path

import msgspec

from tercel.base.errors import TercelError

PREFIX = "TERCEL_"
DOTENV = Path(".env")
_OF_A_FILE = "_FILE"
_OF_KUBERNETES = re.compile(rf"{PREFIX}(SERVICE_|PORT_\d)")


class SettingsError(TercelError):
    """A flag or a variable holds something that cannot be used."""

    code = "settings"


class Given(msgspec.Struct, frozen=True):
    """What was given for one setting, and what its giver calls it."""

    text: str
    name: str


class Source(msgspec.Struct, frozen=True):
    """Variables of one place; ``where`` is empty for the environment and else follows a variable's name in messages."""

    variables: Mapping[str, str]
    where: str = ""

    def check_names(self, known: Collection[str], secrets: Collection[str]) -> None:
        """Refuse variables that look like ours and are not.

        Raises:
            SettingsError: names the variable, and the nearest one that exists.
        """
        allowed = {*known, *(name + _OF_A_FILE for name in secrets)}
        for name in sorted(self.variables):
            if name.startswith(PREFIX) and name not in allowed:
                raise SettingsError(f"`{name}`{self.where} is no setting: {_advice(name, allowed)}")

    def find(self, name: str, *, is_secret: bool) -> Given | None:
        """Return the value that this source gives to a variable; None when it does not name it.

        Raises:
            SettingsError: the file that holds the secret cannot be read, or the secret is given twice.
        """
        by_file = self.variables.get(name + _OF_A_FILE) if is_secret else None
        if by_file:
            if self.variables.get(name):
                message = f"`{name}` and `{name}{_OF_A_FILE}`{self.where} are both given: keep one of them"
                raise SettingsError(message)
            return Given(
                _secret(Path(by_file), name + _OF_A_FILE + self.where), name + _OF_A_FILE + self.where
            )
        return Given(self.variables[name], name + self.where) if name in self.variables else None


def read_dotenv(file: Path = DOTENV) -> Source:
    """Read the variables of ``.env`` in the working directory; lines for other programs are skipped.

    Raises:
        SettingsError: the file cannot be read, or a line of it is none.
    """
    if not file.is_file():
        return Source({})
    from dotenv.parser import parse_stream

    try:
        with file.open(encoding="utf-8") as stream:
            bindings = list(parse_stream(stream))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"`{file.absolute()}` cannot be read: {_reason(error)}") from error
    found: dict[str, str] = {}
    for binding in bindings:
        if binding.error:
            message = f"`{file.absolute()}`, line {binding.original.line}: expected NAME=value"
            raise SettingsError(message)
        if binding.key is not None and binding.key.startswith(PREFIX):
            found[binding.key] = binding.value or ""
    return Source(found, f" of `{file.absolute()}`")


def hides_file(environ: Mapping[str, str], name: str) -> bool:
    """Tell whether the environment gives this variable as the name of a file."""
    return bool(environ.get(name + _OF_A_FILE))


def _advice(name: str, allowed: Collection[str]) -> str:
    if _OF_KUBERNETES.match(name):
        return "Kubernetes sets it for a service called `tercel`; give the pod `enableServiceLinks: false`"
    near = get_close_matches(name.removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in allowed], 1)
    return f"did you mean `{PREFIX}{near[0]}`?" if near else "README.md lists all"


def is_file_variable(name: str) -> bool:
    """Tell whether a variable names a file that holds a secret."""
    return name.startswith(PREFIX) and name.endswith(_OF_A_FILE)


def _secret(file: Path, name: str) -> str:
    try:
        text = file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise SettingsError(f"`{name}` names `{file}`, which cannot be read: {_reason(error)}") from error
    if not text:
        raise SettingsError(f"`{name}` names `{file}`, which is empty")
    return text


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "it is no text"
