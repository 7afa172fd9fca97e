"""Lists of rule sets."""

from __future__ import annotations

from tercel.database.tables.campaigns import rulesets
from tercel.features.campaigns.rulesets.model import Ruleset
from tercel.features.campaigns.rulesets.store import ruleset_from_row, select_rulesets
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import CampaignScope

RULESETS: Listing[CampaignScope, Ruleset] = Listing(
    select=lambda scope: select_rulesets(scope.campaign_id),
    answer=each(ruleset_from_row),
    key=rulesets.c.id,
    sort={"id": rulesets.c.id, "created": rulesets.c.created, "activatedAt": rulesets.c.activated_at},
)
