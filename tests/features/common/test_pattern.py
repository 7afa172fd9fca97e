"""Patterns of codes: their case, their capacity, and drawing (behaviour/codes 14)."""

import random
from collections.abc import Sequence

import pytest

from tercel.base.errors import InvalidError
from tercel.base.keys import fold_code
from tercel.features.common.patterns.choose import check_capacity, choose_pattern
from tercel.features.common.patterns.pattern import CodePattern

_seeded = random.Random(7)


def choices(alphabet: Sequence[str], count: int) -> Sequence[str]:
    return _seeded.choices(alphabet, k=count)


@pytest.mark.parametrize(
    ("case_sensitivity", "folded"),
    [("sensitive", "Ab-é"), ("insensitive-uppercase", "AB-É"), ("insensitive-lowercase", "ab-é")],
)
def test_codes_are_folded_as_the_application_says(case_sensitivity: str, folded: str) -> None:
    assert fold_code("Ab-é", case_sensitivity) == folded


def test_only_blanks_of_the_pattern_are_drawn() -> None:
    pattern = CodePattern(text="%A-##%", alphabet=("x", "y"), prefix="5%#")
    drawn = pattern.draw(100, choices)
    assert set(drawn) == {f"5%#%A-{first}{second}%" for first in "xy" for second in "xy"}
    assert len(drawn) == pattern.capacity() == 4


def test_a_pattern_without_blanks_is_one_code() -> None:
    pattern = CodePattern(text="SUMMER", alphabet=("x",))
    assert pattern.draw(5, choices) == ["SUMMER"]
    assert pattern.capacity() == 1


def test_characters_that_fall_together_count_once() -> None:
    pattern = CodePattern(text="a#", alphabet=("a", "A", "b"), prefix="p-")
    folded = pattern.folded("insensitive-uppercase")
    assert folded == CodePattern(text="A#", alphabet=("A", "B"), prefix="P-")
    assert folded.capacity() == 2


def test_the_request_beats_the_campaign_and_the_campaign_the_default() -> None:
    settings = {"couponPattern": "C-####", "validCharacters": ["1"]}
    own = choose_pattern(text="OWN-#", alphabet=["2"], settings=settings, pointer="/couponPattern")
    assert (own.text, own.alphabet) == ("OWN-#", ("2",))
    campaigns = choose_pattern(text=None, alphabet=[], settings=settings, pointer="/couponPattern")
    assert (campaigns.text, campaigns.alphabet) == ("C-####", ("1",))
    default = choose_pattern(text=None, alphabet=None, settings={}, pointer="/couponPattern")
    assert (default.text, len(default.alphabet)) == ("########", 36)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("", "minLength"),
        ("##", "minLength"),
        ("#" * 101, "maxLength"),
        ("A B##", "pattern"),
        ("AB\n##", "pattern"),
        ("AB\u200b##", "pattern"),
        ("Bß###", "pattern"),
        ("\u0301AB##", "pattern"),
    ],
)
def test_patterns_that_cannot_be_used(text: str, title: str) -> None:
    with pytest.raises(InvalidError) as refused:
        choose_pattern(text=text, alphabet=None, settings={}, pointer="/couponPattern")
    [problem] = refused.value.problems
    assert (problem.title, problem.pointer) == (title, "/couponPattern")


@pytest.mark.parametrize("text", ["###", "#" * 100, "aZ0._%+@#-"])
def test_patterns_at_the_edges(text: str) -> None:
    assert choose_pattern(text=text, alphabet=None, settings={}, pointer="/couponPattern").text == text


@pytest.mark.parametrize("text", [" AB##\n", "\u00a0AB##", "AB##"])
def test_space_around_a_pattern_is_no_part_of_it(text: str) -> None:
    assert choose_pattern(text=text, alphabet=None, settings={}, pointer="/couponPattern").text == "AB##"


@pytest.mark.parametrize("text", ["É-##", "E\u0301-##"])
def test_a_pattern_and_its_characters_follow_one_rule(text: str) -> None:
    pattern = choose_pattern(
        text=text, alphabet=["A\u0308"], settings={}, pointer="/couponPattern", prefix=" Ö"
    )
    assert pattern == CodePattern(text="É-##", alphabet=("Ä",), prefix="Ö")


def test_a_prefix_holds_what_a_pattern_may_hold() -> None:
    with pytest.raises(InvalidError) as refused:
        choose_pattern(text="AB##", alphabet=None, settings={}, pointer="/couponPattern", prefix="A B")
    assert [problem.pointer for problem in refused.value.problems] == ["/uniquePrefix"]


@pytest.mark.parametrize("character", ["", "AB", " ", "\t", "\u200b", "ß", "\u0301", "\u1161"])
def test_a_valid_character_is_one_visible_character(character: str) -> None:
    with pytest.raises(InvalidError) as refused:
        choose_pattern(text=None, alphabet=["A", character], settings={}, pointer="/couponPattern")
    assert [problem.pointer for problem in refused.value.problems] == ["/validCharacters/1"]


def test_a_thousand_valid_characters_are_the_most() -> None:
    alphabet = [chr(0x4E00 + at) for at in range(1_001)]
    assert choose_pattern(text=None, alphabet=alphabet[:1_000], settings={}, pointer="").alphabet
    with pytest.raises(InvalidError):
        choose_pattern(text=None, alphabet=alphabet, settings={}, pointer="")


def test_capacity_is_alphabet_to_the_power_of_the_blanks() -> None:
    pattern = CodePattern(text="X##", alphabet=("1", "2", "3"))
    check_capacity(pattern, 9, "/couponPattern")
    with pytest.raises(InvalidError) as refused:
        check_capacity(pattern, 10, "/couponPattern")
    assert "gives 9 different codes, 10 are wanted" in refused.value.problems[0].details
