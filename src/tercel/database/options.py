"""Options of a session of the server: what ours are, how they are set, and whether they are in force."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict

#: What every session of the server gets: no session waits for a lock or runs a statement without end. As PostgreSQL shows them.
SESSION_OPTIONS = {
    "timezone": "UTC",
    "lock_timeout": "5s",
    "statement_timeout": "1min",
    "idle_in_transaction_session_timeout": "1min",
}
# Because: the evaluation finds every row by a key. While a table is new its statistics say that it is small, and a statement
# that was prepared then would read all of it, again and again, until the table is analysed.
BY_KEY = {"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off"}
_OPTION = re.compile(r"(?:-c\s*|--)([\w.-]+)\s*=")


def not_in_the_address(dsn: str, options: Mapping[str, str]) -> dict[str, str]:
    """Our options but for those that the address sets itself: the address wins."""
    own = str(conninfo_to_dict(dsn).get("options") or "")
    named = {name.replace("-", "_").lower() for name in _OPTION.findall(own)}
    return {name: value for name, value in options.items() if name not in named}


def set_options(options: Mapping[str, str]) -> tuple[LiteralString, list[str]]:
    """Return the statement that sets options of a session, with its parameters. Poolers take no options with the
    connection, or forget them."""
    calls: LiteralString = ", ".join(["set_config(%s, %s, false)"] * len(options))
    return f"SELECT {calls}", [each for option in options.items() for each in option]


async def options_not_in_force(connection: AsyncConnection[Any], options: Mapping[str, str]) -> list[str]:
    """List the options that the session does not have as they were set: a pooler between does not keep them."""
    statement = "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS n(name)"
    seen = await (await connection.execute(statement, [list(options)])).fetchall()
    return [name for name, value in seen if value != options[name]]
