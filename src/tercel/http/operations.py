"""The one list of all operations: every module of handlers is named here."""

from __future__ import annotations

from tercel.http.integration import authping, customer_profiles, customer_sessions, reservations
from tercel.http.integration import events as event_tracking
from tercel.http.integration import referrals as referral_creation
from tercel.http.kernel.operation import Operation
from tercel.http.management import (
    access,
    additional_costs,
    application_keys,
    application_sessions,
    applications,
    attributes,
    campaigns,
    coupon_jobs,
    coupon_lists,
    coupons,
    custom_effects,
    customers,
    evaluation_groups,
    event_types,
    events,
    experiments,
    jobs,
    limit_counters,
    management_keys,
    referrals,
    rulesets,
    store_budgets,
    stores,
    webhooks,
)

_MODULES = (
    customer_sessions,
    customer_profiles,
    event_tracking,
    referral_creation,
    reservations,
    authping,
    access,
    applications,
    application_keys,
    management_keys,
    attributes,
    event_types,
    additional_costs,
    webhooks,
    custom_effects,
    stores,
    campaigns,
    evaluation_groups,
    experiments,
    store_budgets,
    rulesets,
    coupons,
    coupon_lists,
    coupon_jobs,
    jobs,
    referrals,
    customers,
    application_sessions,
    limit_counters,
    events,
)

OPERATIONS: list[Operation] = [each for module in _MODULES for each in module.api]
