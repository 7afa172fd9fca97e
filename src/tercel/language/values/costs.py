"""What primitives cost in steps, one step being the evaluation of one node.

The numbers come from measurements, rounded up: a step takes no more than a microsecond or two, and what is made in one
takes no more than a few hundred bytes. They depend on arguments alone, never on what a process has done before.
"""

from __future__ import annotations

#: An effect with its ledger entry.
STEPS_PER_EFFECT = 4

#: An element of a value that becomes part of an effect or a request.
STEPS_PER_PLAIN = 4

#: A regular expression, which may have to be compiled.
STEPS_PER_PATTERN = 10

#: A pattern that does not compile, which is tried again each time: the largest take as long.
STEPS_PER_BAD_PATTERN = 20_000

#: A time zone that does not exist, which is looked for in files.
STEPS_PER_UNKNOWN_ZONE = 1_000

#: A corner of a polygon, and a distance on the globe.
STEPS_PER_PLACE = 8

#: Sorting is n log n: so many for each element cover every allowed length.
STEPS_PER_SORTED = 16

#: Texts of so many characters take one step, as a power of two.
TEXT_SHIFT = 6

_NEEDLE_MAX = 64


def steps_of_text(length: int) -> int:
    """Making, reading or comparing texts of so many characters in all."""
    return length >> TEXT_SHIFT


def steps_of_layout(layout: str) -> int:
    """Writing or reading a time in a layout, which may have to be taken apart first."""
    return len(layout)


def steps_of_search(length: int, part: int) -> int:
    """Looking for a text of ``part`` characters in one of ``length``; long ones are looked for in a cleverer way."""
    return (length >> TEXT_SHIFT) + (length * min(part, _NEEDLE_MAX) >> 8)


def steps_of_match(text: str, program: int) -> int:
    """Looking for a regular expression, whose program has so many instructions, in a text."""
    size = len(text) if text.isascii() else 4 * len(text)
    return (program >> 3) + (size * program >> 7)
