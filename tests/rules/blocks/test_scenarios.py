"""Every rule set of the scenarios: in block form as the contract wants it, and evaluating as before when read back."""

import json
from typing import Any

import msgspec
import pytest

from tercel.base.codec import decode_any, encode
from tercel.rules.blocks.rulesets import from_blocks, to_blocks
from tercel.scenario.cases import Case
from tercel.scenario.facts import build_case_program
from tercel.scenario.run import answer_case
from tests.rules.blocks.documents import sent
from tests.scenarios.library import all_cases, scenario_files
from tests.support.contract import validate

_CASES = all_cases()
_ENVELOPE = {"id": 1, "created": "2026-01-01T00:00:00Z", "userId": 1, "campaignId": 1}


def _through_blocks(campaign: dict[str, Any]) -> dict[str, Any]:
    return {**campaign, "ruleset": from_blocks(sent(to_blocks(campaign["ruleset"], "place"))).data}


@pytest.mark.parametrize("case", [case for _, case in _CASES], ids=[label for label, _ in _CASES])
def test_a_rule_set_evaluates_as_before(case: Case) -> None:
    converted = msgspec.structs.replace(case, campaigns=[_through_blocks(each) for each in case.campaigns])
    program = build_case_program(converted)
    assert program.problems == {}
    assert answer_case(converted, program) == answer_case(case, build_case_program(case))


@pytest.mark.parametrize("path", scenario_files(), ids=lambda path: path.stem)
def test_the_block_form_has_the_shape_of_the_contract(path: Any) -> None:
    for campaign in decode_any(path.read_bytes())["campaigns"]:
        shown = to_blocks(campaign["ruleset"], "place")
        validate(json.loads(encode({**_ENVELOPE, **shown})), "RulesetV2", "management")


@pytest.mark.parametrize("path", scenario_files(), ids=lambda path: path.stem)
def test_reading_and_writing_again_changes_nothing(path: Any) -> None:
    for campaign in decode_any(path.read_bytes())["campaigns"]:
        once = sent(to_blocks(campaign["ruleset"], "place"))
        again = sent(to_blocks(from_blocks(once).data, "place"))
        assert again == once
