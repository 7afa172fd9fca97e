"""Which campaigns of a group apply to the session: modes, ties, zero discounts, nesting (behaviour/groups 2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evaluation.tree.support import cart, discounts, giving, run, tree


@pytest.mark.parametrize(
    ("mode", "amounts", "applying"),
    [
        ("stackable", [5, 9, None, 9], [1, 2, 4]),
        ("listOrder", [5, 9], [1]),
        ("listOrder", [None, 9, 5], [2]),
        ("listOrder", [0, 9], [1]),
        ("listOrder", [None, None], []),
        ("highestDiscount", [5, 9, 7], [2]),
        ("highestDiscount", [9, 5, 9], [1]),
        ("highestDiscount", [5, 9, 9], [2]),
        ("highestDiscount", [None, 5], [2]),
        ("highestDiscount", [0, 0], [1]),
        ("highestDiscount", [None, None], []),
        ("lowestDiscount", [5, 9, 7], [1]),
        ("lowestDiscount", [9, 5, 5], [2]),
        ("lowestDiscount", [0, 9, 5], [3]),
        ("lowestDiscount", [0, 0], [1]),
        ("lowestDiscount", [None, 0, None], [2]),
    ],
)
def test_modes(mode: str, amounts: list[int | None], applying: list[int]) -> None:
    numbers = range(1, len(amounts) + 1)
    campaigns = [giving(number, amount) for number, amount in zip(numbers, amounts, strict=True)]
    outcome = run(tree(mode, *numbers), cart("A"), *campaigns)
    assert outcome.triggered == applying
    assert discounts(outcome) == [(number, amounts[number - 1]) for number in applying]
    assert {effect.evaluation_group_mode for effect in outcome.effects} <= {mode}


@pytest.mark.parametrize(
    ("groups", "applying"),
    [
        (("stackable", 1, ("highestDiscount", 2, 3), 4), [1, 3, 4]),
        (("highestDiscount", 4, ("stackable", 1, 2)), [4]),  # 40 against 10 + 20
        (("highestDiscount", 3, ("stackable", 1, 4)), [1, 4]),
        (("lowestDiscount", 3, ("stackable", 1, 4), 2), [2]),
        (("listOrder", ("highestDiscount", 1, 2), 4), [2]),
        (("listOrder", ("stackable", 5), 4), [4]),
        (("highestDiscount", ("listOrder", 1, 4), 2), [2]),
        (("highestDiscount", ("lowestDiscount", 4, 3), ("listOrder", 5, 2, 4)), [3]),
        (("stackable", ("stackable", ("listOrder", 5, 1, 2), 3), 4), [1, 3, 4]),
        (("listOrder", ("highestDiscount", ("stackable", 1, 2), 3), 4), [1, 2]),
    ],
)
def test_nested_groups_count_as_one_member(groups: tuple[Any, ...], applying: list[int]) -> None:
    built = tree(*groups)
    numbers = sorted(number for group in built for kind, number in group.children if kind == "campaign")
    campaigns = [giving(number, None if number == 5 else 10 * number) for number in numbers]
    outcome = run(built, cart("A"), *campaigns)
    assert outcome.triggered == applying
    assert [campaign for campaign, _ in discounts(outcome)] == applying


def test_effects_tell_the_direct_parent() -> None:
    outcome = run(
        tree("highestDiscount", 1, ("stackable", 2, ("listOrder", 3))), cart("A"),
        *(giving(number, 10) for number in (1, 2, 3)),
    )  # fmt: skip
    told = [
        (each.campaign_id, each.evaluation_group_id, each.evaluation_group_mode) for each in outcome.effects
    ]
    assert told == [(2, 101, "stackable"), (3, 102, "listOrder")]


def test_a_complete_evaluation_ignores_the_choice_of_groups() -> None:
    groups = tree("listOrder", 1, ("highestDiscount", 2, 3))
    campaigns = [giving(number, 10 * number) for number in (1, 2, 3)]
    outcome = run(groups, cart("A", forces_complete_evaluation=True), *campaigns)
    assert outcome.triggered == [1, 2, 3]


def test_campaigns_of_other_groups_do_not_matter() -> None:
    groups = tree("stackable", ("listOrder", 1, 2), ("listOrder", 3, 4))
    outcome = run(groups, cart("A"), *(giving(number, number) for number in (1, 2, 3, 4)))
    assert outcome.triggered == [1, 3]
