"""The one list of all operations: every module of handlers is named here."""

from __future__ import annotations

from tercel.http.integration import authping, customer_profiles, customer_sessions, reservations
from tercel.http.integration import events as event_tracking
from tercel.http.integration import loyalty as loyalty_of_customers
from tercel.http.integration import loyalty_cards as cards_of_customers
from tercel.http.integration import referrals as referral_creation
from tercel.http.kernel.operation import Operation
from tercel.http.management.access import application_keys, management_keys
from tercel.http.management.access import login as access
from tercel.http.management.campaigns import (
    campaigns,
    evaluation_groups,
    experiments,
    rulesets,
    store_budgets,
)
from tercel.http.management.codes import (
    coupon_files,
    coupon_jobs,
    coupon_lists,
    coupons,
    referral_files,
    referrals,
)
from tercel.http.management.customers import customers
from tercel.http.management.engine import application_sessions, events, file_records, files, limit_counters
from tercel.http.management.jobs import jobs
from tercel.http.management.loyalty import cards, points, programs
from tercel.http.management.loyalty import files as loyalty_files
from tercel.http.management.setup import (
    additional_costs,
    applications,
    attributes,
    custom_effects,
    event_types,
    stores,
    webhooks,
)

_MODULES = (
    customer_sessions,
    customer_profiles,
    event_tracking,
    referral_creation,
    reservations,
    loyalty_of_customers,
    cards_of_customers,
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
    programs,
    points,
    loyalty_files,
    cards,
    campaigns,
    evaluation_groups,
    experiments,
    store_budgets,
    rulesets,
    coupons,
    coupon_lists,
    coupon_files,
    coupon_jobs,
    jobs,
    referrals,
    referral_files,
    customers,
    application_sessions,
    files,
    file_records,
    limit_counters,
    events,
)

OPERATIONS: list[Operation] = [each for module in _MODULES for each in module.api]
