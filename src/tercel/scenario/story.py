"""Stories: scenarios of several requests, which need a server that remembers (behaviour/language 15).

A verb in a step is the request that it sends, nouns are what is expected afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import msgspec

from tercel.base.errors import InvalidError
from tercel.scenario.members import require_known_members

#: The requests that a step can send, one each.
VERBS = ("update", "return", "reopen", "event", "updateProfile", "reserve", "edit")
_REQUEST = {"name", "id", "now", "dry", "runRuleEngine"}
_EXPECTED = {"expected", "failures", "answer", "session", "profiles", "counters", "error"}


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One request and what is expected of it.

    ``effects`` are complete and in order; everything else names only what is compared. ``error`` is None when the
    request must succeed.
    """

    name: str
    verb: str
    content: Any
    session_id: str
    now: str | None
    options: dict[str, bool]
    effects: list[dict[str, Any]]
    failures: list[dict[str, Any]] | None
    answer: dict[str, Any]
    session: dict[str, Any] | None
    profiles: dict[str, dict[str, Any]]
    counters: dict[str, dict[str, Any]]
    error: dict[str, Any] | None


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """Campaigns, their surroundings and the requests, in order."""

    title: str
    campaigns: list[dict[str, Any]]
    context: dict[str, Any]
    steps: list[Step]


def read_story(data: Any) -> Story:
    """Read the decoded JSON of a story.

    Raises:
        InvalidError: the document is no story; the pointer names the step.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("steps"), list):
        raise InvalidError.at("/steps", "not a story", "a story is an object with a list of `steps`")
    require_known_members(data)
    return Story(
        title=str(data.get("title") or "story"),
        campaigns=[dict(campaign) for campaign in data.get("campaigns") or []],
        context=dict(data.get("context") or {}),
        steps=[_step(step, index) for index, step in enumerate(data["steps"])],
    )


def _step(data: Any, index: int) -> Step:
    pointer = f"/steps/{index}"
    if not isinstance(data, Mapping):
        raise InvalidError.at(pointer, "not a step", "a step is an object")
    verbs = [verb for verb in VERBS if verb in data]
    if len(verbs) != 1:
        choices = ", ".join(f"`{verb}`" for verb in VERBS)
        raise InvalidError.at(pointer, "not a step", f"a step sends one request: give one of {choices}")
    for name in data:
        if name not in {verbs[0], *_REQUEST, *_EXPECTED}:
            known = sorted({verbs[0], *_REQUEST, *_EXPECTED})
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there may be {', '.join(known)}"
            raise InvalidError.at(f"{pointer}/{name}", "not a step", f"a step has no `{name}`; {hint}")
    return Step(
        name=str(data.get("name") or verbs[0]),
        verb=verbs[0],
        content=data[verbs[0]],
        session_id=str(data.get("id") or "session-1"),
        now=data.get("now"),
        options={name: True for name in ("dry", "runRuleEngine") if data.get(name)},
        effects=list(data.get("expected") or []),
        failures=data.get("failures"),
        answer=dict(data.get("answer") or {}),
        session=data.get("session"),
        profiles=dict(data.get("profiles") or {}),
        counters=dict(data.get("counters") or {}),
        error=data.get("error"),
    )
