"""The commands that a Markdown page has its readers type, as one script that shows what each block printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "::: block"
_HEAD = """
set -euo pipefail
until_it_answers() {
    for _ in $(seq 600); do
        curl -sf "$1" > /dev/null && return
        kill -0 "$2" || { echo "the server ended" >&2; exit 1; }
        sleep 0.2
    done
    exit 1
}
"""


class Block(msgspec.Struct, frozen=True):
    """One fenced block; ``language`` is empty for what a shell runs."""

    language: str
    text: str


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [Block(match["language"], match["text"]) for match in _FENCE.finditer(page)]


def script(found: Iterable[Block], replaced: Mapping[str, str]) -> str:
    """A script for bash that runs the blocks of a shell, in order and in one shell, and ends at the first failure.

    ``replaced`` maps regular expressions to what takes their place, line by line.
    """
    parts = [_HEAD]
    for number, block in enumerate(each for each in found if not each.language):
        text = block.text
        for pattern, instead in replaced.items():
            text = re.sub(pattern, lambda _, instead=instead: instead, text, flags=re.MULTILINE)  # type: ignore[misc]  # bound now
        parts.append(f"echo '{_MARK} {number}'\n{text}")
    return "\n".join(parts)


def printed(output: str) -> list[str]:
    """What each block printed."""
    return re.split(rf"^{_MARK} \d+\n", output, flags=re.MULTILINE)[1:]


def in_background(command: str, ready: str, log: str) -> str:
    """A command that goes on while the others run; they begin when the address ``ready`` answers."""
    return f"{command} > {log} 2>&1 &\nuntil_it_answers {ready} $!"
