"""What the engine needs of an application: settings, campaigns with their rules, groups, definitions.

Callers compare revisions and load again what is behind. Read the application first: whatever changes after that
shows in a later revision, so nothing is ever missed. A campaign that comes back as changed may have a new rule set
under the same id: drop what was compiled from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from psycopg import AsyncConnection
from psycopg.rows import namedtuple_row

from tercel.evaluation.facts import (
    ApplicationFacts,
    AttributeType,
    CampaignFacts,
    ExperimentFacts,
    GroupFacts,
    VariantFacts,
)
from tercel.evaluation.snapshot import LimitFacts
from tercel.features.common.allowed_items import AllowedItems
from tercel.features.common.attributes import AttributeDefinition, definition_of, to_language

#: Attribute definitions by entity and event type, then by name.
Definitions = Mapping[tuple[str, str], Mapping[str, AttributeDefinition]]

_APPLICATION = """SELECT a.*, c.revision AS account_revision
    FROM applications AS a JOIN accounts AS c ON c.id = a.account_id WHERE a.id = %s"""

_CAMPAIGNS = """SELECT c.*, r.rules, r.bindings, r.strikethrough_rules
    FROM campaigns AS c LEFT JOIN rulesets AS r ON r.id = c.active_ruleset_id
    WHERE c.application_id = %s AND c.revision > %s ORDER BY c.id"""

_STORE_BUDGETS = """SELECT campaign_id, store_id, action, period, "limit" FROM store_budgets
    WHERE campaign_id = ANY(%s) ORDER BY campaign_id, store_id, action, period"""

_VARIANTS = """SELECT e.id AS experiment_id, e.campaign_id, e.is_variant_assignment_external,
        v.id, v.weight, v.is_primary, v.ruleset_id, r.rules, r.bindings, r.strikethrough_rules
    FROM experiments AS e LEFT JOIN experiment_variants AS v ON v.experiment_id = e.id
    LEFT JOIN rulesets AS r ON r.id = v.ruleset_id
    WHERE e.campaign_id = ANY(%s) ORDER BY e.id, v.is_primary DESC, v.id"""

_ALL_IDS = "SELECT id FROM campaigns WHERE application_id = %s ORDER BY id"

_GROUPS = """SELECT id, parent_id, evaluation_mode, evaluation_scope FROM evaluation_groups
    WHERE application_id = %s ORDER BY (parent_id IS NOT NULL), id"""

_MEMBERS = """SELECT parent_id AS group_id, 'group' AS kind, id, position FROM evaluation_groups
    WHERE application_id = %(application)s AND parent_id IS NOT NULL
    UNION ALL
    SELECT evaluation_group_id, 'campaign', id, position FROM campaigns
    WHERE application_id = %(application)s AND evaluation_group_id IS NOT NULL
    ORDER BY position, kind, id"""

_DEFINITIONS = """SELECT id, entity, event_type, name, type, suggestions, restricted_by_suggestions, allowed_list_id
    FROM attributes WHERE account_id = %s
    AND (jsonb_array_length(subscribed_application_ids) = 0 OR subscribed_application_ids @> to_jsonb(%s::bigint))"""

_EVENT_TYPES = "SELECT name FROM event_types WHERE account_id = %s"

_COSTS = """SELECT id, name, type FROM additional_costs WHERE account_id = %s
    AND (jsonb_array_length(subscribed_application_ids) = 0 OR subscribed_application_ids @> to_jsonb(%s::bigint))"""


class LoadedApplication(NamedTuple):
    """An application with the revisions of itself and of its account that it was read at."""

    facts: ApplicationFacts
    is_sandbox: bool
    revision: tuple[int, int]
    definitions: Definitions


class LoadedCost(NamedTuple):
    """An additional cost: ``type`` is ``session``, ``item`` or ``both``."""

    id: int
    type: str


async def load_application(
    connection: AsyncConnection[Any], application_id: int, lists: AllowedItems
) -> LoadedApplication | None:
    """Load the application with the attributes defined for it, or None when it is gone."""
    rows = await _all(connection, _APPLICATION, [application_id])
    if not rows:
        return None
    row = rows[0]
    definitions = await load_attribute_definitions(connection, row.account_id, application_id, lists)
    facts = ApplicationFacts(
        id=row.id,
        account_id=row.account_id,
        name=row.name,
        currency=row.currency,
        timezone=row.timezone,
        zone=ZoneInfo(row.timezone),
        attributes=to_language(row.attributes, definitions.get(("Application", ""), {})),
        is_cascading=row.enable_cascading_discounts,
        is_flattened=row.enable_flattened_cart_items,
        allows_partial=row.enable_partial_discounts,
        default_discount_scope=row.default_discount_scope,
        default_item_scope=row.default_item_scope,
        caps_discounts=row.caps_discounts,
        case_sensitivity=row.case_sensitivity,
        attribute_types=_attribute_types(definitions),
    )
    return LoadedApplication(facts, row.sandbox, (row.revision, row.account_revision), definitions)


async def load_campaigns(
    connection: AsyncConnection[Any],
    application_id: int,
    *,
    since_revision: int = -1,
    definitions: Mapping[str, AttributeDefinition],
) -> tuple[list[CampaignFacts], list[int]]:
    """Load the campaigns that changed after a revision of the application, and the ids of all that exist.

    ``definitions`` are the attributes of campaigns.
    """
    changed = await _all(connection, _CAMPAIGNS, [application_id, since_revision])
    existing = await _all(connection, _ALL_IDS, [application_id])
    ids = [row.id for row in changed]
    store_limits = await _load_store_limits(connection, ids)
    experiments = await _load_experiments(connection, ids)
    facts = [_campaign(row, definitions, store_limits.get(row.id, {})) for row in changed]
    facts = [_as_experiment(each, experiments[each.id]) if each.id in experiments else each for each in facts]
    return facts, [row.id for row in existing]


async def load_groups(connection: AsyncConnection[Any], application_id: int) -> list[GroupFacts]:
    """Load the groups of the evaluation tree, the base group first, each with its members in order."""
    members: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for row in await _all(connection, _MEMBERS, {"application": application_id}):
        members[row.group_id].append((row.kind, row.id))
    return [
        GroupFacts(
            id=row.id,
            mode=row.evaluation_mode,
            scope=row.evaluation_scope,
            children=tuple(members[row.id]),
        )
        for row in await _all(connection, _GROUPS, [application_id])
    ]


async def load_attribute_definitions(
    connection: AsyncConnection[Any], account_id: int, application_id: int, lists: AllowedItems
) -> Definitions:
    """Load every attribute that is available in an application."""
    found: defaultdict[tuple[str, str], dict[str, AttributeDefinition]] = defaultdict(dict)
    for row in await _all(connection, _DEFINITIONS, [account_id, application_id]):
        found[row.entity, row.event_type][row.name] = definition_of(row, await lists.of(connection, row))
    return dict(found)


async def load_event_types(connection: AsyncConnection[Any], account_id: int) -> frozenset[str]:
    """Load the names of the custom events that the account defined."""
    return frozenset(row.name for row in await _all(connection, _EVENT_TYPES, [account_id]))


async def load_additional_costs(
    connection: AsyncConnection[Any], account_id: int, application_id: int
) -> dict[str, LoadedCost]:
    """Load the additional costs that are available in an application, by name."""
    rows = await _all(connection, _COSTS, [account_id, application_id])
    return {row.name: LoadedCost(row.id, row.type) for row in rows}


async def _load_store_limits(
    connection: AsyncConnection[Any], campaign_ids: list[int]
) -> Mapping[int, Mapping[int, tuple[LimitFacts, ...]]]:
    """Load the budgets of single stores, by campaign and store."""
    found: defaultdict[int, dict[int, tuple[LimitFacts, ...]]] = defaultdict(dict)
    for row in await _all(connection, _STORE_BUDGETS, [campaign_ids]):
        limit = LimitFacts(action=row.action, limit=row.limit, period=row.period or None, entities=("Store",))
        of_campaign = found[row.campaign_id]
        of_campaign[row.store_id] = (*of_campaign.get(row.store_id, ()), limit)
    return found


async def _load_experiments(
    connection: AsyncConnection[Any], campaign_ids: list[int]
) -> Mapping[int, ExperimentFacts]:
    """Load the experiments by campaign, the primary variant of each first."""
    found: dict[int, ExperimentFacts] = {}
    for row in await _all(connection, _VARIANTS, [campaign_ids]):
        experiment = found.setdefault(
            row.campaign_id,
            ExperimentFacts(id=row.experiment_id, is_external=row.is_variant_assignment_external),
        )
        if row.id is not None:
            variant = VariantFacts(
                id=row.id, weight=row.weight, ruleset_id=row.ruleset_id, ruleset=_ruleset(row)
            )
            experiment.variants = (*experiment.variants, variant)
    return found


def _as_experiment(campaign: CampaignFacts, experiment: ExperimentFacts) -> CampaignFacts:
    """Return the campaign with the rules of the primary variant; without variants it has none."""
    primary = experiment.variants[0] if experiment.variants else None
    return msgspec.structs.replace(
        campaign,
        experiment=experiment,
        ruleset_id=None if primary is None else primary.ruleset_id,
        ruleset=None if primary is None else primary.ruleset,
    )


async def _all(connection: AsyncConnection[Any], statement: Any, parameters: Any) -> list[Any]:
    async with connection.cursor(row_factory=namedtuple_row) as cursor:
        await cursor.execute(statement, parameters)
        return await cursor.fetchall()


def _attribute_types(definitions: Definitions) -> dict[tuple[str, str], AttributeType]:
    return {
        (entity, name): AttributeType(kind=known.type, allowed=known.allowed)
        for (entity, event_type), by_name in definitions.items()
        if not event_type
        for name, known in by_name.items()
    }


def _campaign(
    row: Any,
    definitions: Mapping[str, AttributeDefinition],
    store_limits: Mapping[int, tuple[LimitFacts, ...]],
) -> CampaignFacts:
    return CampaignFacts(
        id=row.id,
        name=row.name,
        state=row.state,
        type=row.type,
        start_time=row.start_time,
        end_time=row.end_time,
        tags=tuple(row.tags),
        attributes=to_language(row.attributes, definitions),
        ruleset_id=row.active_ruleset_id,
        ruleset=_ruleset(row),
        limits=tuple(_limit(document) for document in row.limits),
        store_limits=store_limits,
        linked_store_ids=frozenset(row.linked_store_ids),
        reevaluates_on_return=row.reevaluate_on_return,
        group_id=row.evaluation_group_id,
        coupon_characters="".join(row.coupon_settings.get("validCharacters", ())),
        coupon_pattern=row.coupon_settings.get("couponPattern", ""),
        referral_characters="".join(row.referral_settings.get("validCharacters", ())),
        referral_pattern=row.referral_settings.get("couponPattern", ""),
    )


def _ruleset(row: Any) -> dict[str, Any] | None:
    if row.rules is None:
        return None
    return {
        "rules": row.rules,
        "bindings": row.bindings,
        "strikethroughRules": row.strikethrough_rules,
    }


def _limit(document: Mapping[str, Any]) -> LimitFacts:
    return LimitFacts(
        action=document["action"],
        limit=Decimal(document["limit"]),
        period=document.get("period"),
        entities=tuple(document["entities"]),
    )
