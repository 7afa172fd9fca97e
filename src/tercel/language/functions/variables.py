"""Variables and templates: for hosts, the command line and tests."""

from __future__ import annotations

from typing import Any

from tercel.language.catalogue.catalogue import REFUSED, SPECIAL, Family
from tercel.language.errors import TypeMismatchError, UnknownFunctionError, located
from tercel.language.running.run import Compiled, Run
from tercel.language.running.site import Site
from tercel.language.tree import Literal
from tercel.language.values.kinds import NULL

FAMILY = Family("Variables and templates")


@FAMILY.define(
    "!",
    "name:string arguments:any*",
    errors="unknownFunction",
    flags=SPECIAL,
)
def call_template(site: Site, *_arguments: Compiled) -> Compiled:
    """Call a function template by its name."""
    name = site.call.arguments[0]
    shown = name.value if isinstance(name, Literal) else "…"

    def fail(_run: Run) -> Any:
        raise located(UnknownFunctionError(f"there is no template `{shown}`"), site.call.at)

    return fail


@FAMILY.define(
    "#",
    "index:number",
    errors="unknownFunction",
    flags=SPECIAL,
)
def template_argument(site: Site, _index: Compiled) -> Compiled:
    """Return the argument of that index, inside a template."""

    def fail(_run: Run) -> Any:
        raise located(
            UnknownFunctionError("`#` stands only inside a template that has such an argument"), site.call.at
        )

    return fail


@FAMILY.define(
    "set",
    "name:string rest:any...",
    NULL,
    examples=[('[["set", "x", 2], [".", "x"]]', "2")],
    flags=REFUSED,
)
def set_variable(site: Site, *parts: Compiled) -> Compiled:
    """Set a variable, or an entry of nested maps. Refused in stored rules."""
    *path, value = parts

    def assign(run: Run) -> None:
        *names, last = [part(run) for part in path]
        holder: Any = run.variables
        for name in names:
            holder = holder.setdefault(name, {}) if isinstance(name, str) else None
            if not isinstance(holder, dict):
                raise located(TypeMismatchError("a path of names leads through maps"), site.call.at)
        if not isinstance(last, str):
            raise located(TypeMismatchError("a name is a text"), site.call.at)
        holder[last] = value(run)

    return assign


@FAMILY.define(
    "setTemplate",
    "name:string body:any",
    NULL,
    flags=REFUSED,
)
def set_template(site: Site, _name: Compiled, _body: Compiled) -> Compiled:
    """Define a template for the expressions compiled afterwards. Refused in stored rules."""
    name, body = site.call.arguments
    if isinstance(name, Literal) and isinstance(name.value, str):
        site.scope.templates[name.value] = body

    def done(_run: Run) -> None:
        return None

    return done
