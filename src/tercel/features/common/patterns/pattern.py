"""What new codes look like, and drawing some. Pure: randomness is passed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from tercel.base.keys import fold_code

#: ``choices(alphabet, count)``: that many independent draws from the alphabet, with repetition.
Choices = Callable[[Sequence[str], int], Sequence[str]]

BLANK = "#"


class CodePattern(msgspec.Struct, frozen=True):
    """How codes look: each ``#`` of ``text`` becomes a character of ``alphabet``; ``prefix`` is taken as it is."""

    text: str
    alphabet: tuple[str, ...]
    prefix: str = ""

    def folded(self, case_sensitivity: str) -> CodePattern:
        """Return the pattern in the application's case; characters that become equal are kept once."""
        alphabet = dict.fromkeys(fold_code(character, case_sensitivity) for character in self.alphabet)
        return CodePattern(
            text=fold_code(self.text, case_sensitivity),
            alphabet=tuple(alphabet),
            prefix=fold_code(self.prefix, case_sensitivity),
        )

    def length(self) -> int:
        """Return the number of characters of each code."""
        return len(self.prefix) + len(self.text)

    def capacity(self) -> int:
        """Return the number of different codes: the alphabet's size to the power of the blanks."""
        capacity: int = len(self.alphabet) ** self.text.count(BLANK)
        return capacity

    def draw(self, count: int, choices: Choices) -> list[str]:
        """Return up to ``count`` different codes; fewer where draws coincide, which small patterns make likely."""
        blanks = self.text.count(BLANK)
        if not blanks:
            return [self.prefix + self.text]
        drawn = choices(self.alphabet, blanks * count)
        places = range(0, blanks * count, blanks)
        head, _, tail = self.text.partition(BLANK * blanks)
        if len(head) + len(tail) + blanks == len(self.text) and isinstance(drawn, str):
            # Because: most patterns have their blanks in one place, where nothing needs to be filled in.
            start = self.prefix + head
            return list(dict.fromkeys([f"{start}{drawn[at : at + blanks]}{tail}" for at in places]))
        template = self.prefix.replace("%", "%%") + self.text.replace("%", "%%").replace(BLANK, "%s")
        return list(dict.fromkeys(template % tuple(drawn[at : at + blanks]) for at in places))
