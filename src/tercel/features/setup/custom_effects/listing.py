"""Lists of custom effects."""

from __future__ import annotations

from tercel.database.tables.outgoing import custom_effects
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import Scope
from tercel.features.setup.custom_effects.model import CustomEffect
from tercel.features.setup.custom_effects.store import custom_effect_from_row, select_own_custom_effects

CUSTOM_EFFECTS: Listing[Scope, CustomEffect] = Listing(
    select=lambda scope: select_own_custom_effects(scope.caller),
    answer=each(custom_effect_from_row),
    key=custom_effects.c.id,
    sort={
        "id": custom_effects.c.id,
        "name": custom_effects.c.name,
        "title": custom_effects.c.title,
        "created": custom_effects.c.created,
        "modified": custom_effects.c.modified,
    },
)
