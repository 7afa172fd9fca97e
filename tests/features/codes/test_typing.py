"""The form in which codes are compared: the same for everything that means one code, and found again as it is stored (behaviour/codes 2)."""

import sys
from unicodedata import decomposition, is_normalized, normalize

from hypothesis import given, settings
from hypothesis import strategies as st

from tercel.base.keys import clean_code, code_forms, fold_code
from tercel.features.common.patterns.choose import is_usable_character

CASES = ("sensitive", "insensitive-uppercase", "insensitive-lowercase")
texts = st.text(max_size=20)
spaces = st.text(
    st.sampled_from([chr(each) for each in range(sys.maxunicode + 1) if chr(each).isspace()]), max_size=3
)


@settings(deadline=None)
@given(texts, spaces, spaces, st.sampled_from(["NFC", "NFD"]), st.sampled_from(CASES))
def test_space_and_composition_are_no_part_of_a_code(
    code: str, before: str, after: str, form: str, case: str
) -> None:
    meant = fold_code(code, case)
    assert fold_code(before + normalize(form, code) + after, case) == meant  # type: ignore[arg-type]  # a form
    assert fold_code(meant, case) == meant
    assert is_normalized("NFC", meant)
    assert clean_code(meant) == meant
    assert meant in code_forms(code)


def test_characters_of_patterns_stay_what_they_are() -> None:
    """One character in either case, and none joins with the one before it: a code of them is in NFC however it is put together."""
    usable = {chr(each) for each in range(sys.maxunicode + 1) if is_usable_character(chr(each))}
    assert {"É", "Ä", "é", "#", "字", "🎁"} <= usable
    assert all(len(fold_code(each, case)) == 1 for each in usable for case in CASES)
    pairs = (decomposition(chr(each)).split() for each in range(sys.maxunicode + 1))
    joining = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and not pair[0].startswith("<")}
    assert len(joining) > 60
    assert not joining & usable
    assert not {"\u1161", "\u11a8"} & usable  # the later letters of Korean syllables
