"""All forms: by the function that a pattern calls, and by the type of the block."""

from __future__ import annotations

from tercel.rules.blocks.choose import by_type
from tercel.rules.blocks.families.changes import CHANGE_FORMS
from tercel.rules.blocks.families.checks import CHECK_FORMS
from tercel.rules.blocks.families.codes import CODE_FORMS
from tercel.rules.blocks.families.declared import declared_forms
from tercel.rules.blocks.families.discounts import DISCOUNT_FORMS
from tercel.rules.blocks.families.rewards import REWARD_FORMS
from tercel.rules.blocks.show import by_function

EFFECT_FORMS = [
    *DISCOUNT_FORMS,
    *REWARD_FORMS,
    *CODE_FORMS,
    *CHANGE_FORMS,
    *declared_forms(effects=True),
]

#: Types of blocks that may react to the failure of their effect, and to named errors.
TYPES_WITH_FAILURE = frozenset({"group", "awardItem", "awardGiveaway", "showNotification"})
TYPES_WITH_ERRORS = TYPES_WITH_FAILURE | {"triggerWebhook", "triggerCustomEffect"}
#: What may stand in strikethrough rules besides ``passthrough``.
STRIKETHROUGH_TYPES = frozenset({"group", "checkAttribute", "awardDiscount"})


CHECKS_BY_FUNCTION = by_function(CHECK_FORMS)
EFFECTS_BY_FUNCTION = by_function(EFFECT_FORMS)
CHECKS_BY_TYPE = by_type(CHECK_FORMS)
EFFECTS_BY_TYPE = by_type(EFFECT_FORMS)
