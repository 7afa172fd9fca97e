"""What a copy of the product knows of a function that was added to it: run with the copy on the path and the name of the
toy's directory; writes JSON."""

import json
import sys
from pathlib import Path

from tercel.base.codec import decode_any
from tercel.effects.all import EFFECTS
from tercel.evaluation.entities.run import RULE_SCOPE
from tercel.language.checker.checker import check
from tercel.language.documentation import document
from tercel.language.printer import sentence
from tercel.language.reader import read
from tercel.rules.blocks.rulesets import from_blocks, to_blocks
from tercel.rules.check import check_ruleset
from tercel.rules.lint.gifts import constant_amount
from tercel.scenario.cases import read_cases
from tercel.scenario.run import run_case

data = decode_any((Path(sys.argv[1]) / "case.json").read_bytes())
ruleset = data["campaigns"][0]["ruleset"]
rule = ruleset["rules"][0]
toy = rule["effects"][0] if rule["condition"][1] is True else rule["condition"][1]
blocks = to_blocks(ruleset, "toy")
known = {"programs": frozenset({"silver"})}
print(
    json.dumps(
        {
            "differences": [line for case in read_cases(data) for line in run_case(case)],
            "sentence": sentence(read(toy)),
            "is_documented": f"### `{toy[0]}`" in document(),
            "block": blocks["promotionRules"][0]["blocks"][0]["type"],
            "returns": [
                from_blocks(blocks).data["rules"][0][part] == rule[part] for part in ("condition", "effects")
            ],
            "unknown": [finding.code for finding in check_ruleset(ruleset, RULE_SCOPE, known)],
            "words": [
                finding.code for finding in check(read([*toy[:2], "Nobody"]), RULE_SCOPE.with_effects(True))
            ],
            "gift": str(constant_amount(read(toy))),
            "is_effect": toy[0] in EFFECTS,
        }
    )
)
