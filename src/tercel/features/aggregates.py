"""The nouns of the pipeline, in the order in which it reads them, and in the one order in which all batches write.

A new noun brings its aggregate and takes its places here.
"""

from __future__ import annotations

from tercel.features.campaigns.campaigns.aggregate import TOUCH
from tercel.features.codes.coupons.aggregate import (
    CHANGE_COUPONS,
    CREATE_COUPONS,
    LOAD_COUPONS,
    LOAD_COUPONS_BY_ID,
    LOAD_REDEMPTIONS,
    REDEEM_COUPONS,
)
from tercel.features.codes.referrals.aggregate import (
    CHANGE_REFERRALS,
    CREATE_REFERRALS,
    LOAD_REFERRAL_USES,
    LOAD_REFERRALS,
    LOAD_REFERRALS_BY_ID,
    LOAD_REFERRED,
    REDEEM_REFERRALS,
)
from tercel.features.codes.reservations.aggregate import LOAD_RESERVATIONS, MAKE_RESERVATIONS
from tercel.features.customers.profiles.aggregate import (
    COUNT_FRIENDS,
    CREATE_PROFILES,
    JOIN_APPLICATIONS,
    MOVE_EACH_PROFILE,
)
from tercel.features.engine.sessions.aggregate import (
    HOLD_SESSIONS,
    LOAD_PROFILES,
    LOAD_SESSIONS,
    WRITE_EACH_SESSION,
)
from tercel.features.engine.sessions.return_aggregate import LOAD_RETURNS, WRITE_RETURNS
from tercel.features.setup.stores.aggregate import LOAD_STORES
from tercel.features.setup.webhooks.aggregate import WRITE_OUTBOX
from tercel.ledger.counters import LOAD_COUNTERS, MOVE_EACH_COUNTER
from tercel.ledger.entries import LOAD_ENTRIES, SHARE_UNCOUNTED_CODES, WRITE_ENTRIES
from tercel.ledger.events import LOAD_EVENT_KEYS, LOAD_OTHER_EFFECTS, WRITE_EVENT_KEYS, WRITE_EVENTS
from tercel.ledger.points.aggregate import LOAD_LEDGERS, LOAD_LOTS, MOVE_EACH_LEDGER, WRITE_POINTS
from tercel.ledger.points.of_session import LOAD_SESSION_PARTS, LOAD_SESSION_POINTS
from tercel.pipeline.answers import KEEP_ANSWERS, LOAD_ANSWERS
from tercel.pipeline.order import Order
from tercel.pipeline.revisions import GUARD_REVISIONS, LOAD_REVISIONS

ORDER = Order(
    loads=(
        LOAD_SESSIONS,
        LOAD_PROFILES,
        LOAD_COUPONS,
        LOAD_REFERRALS,
        LOAD_COUPONS_BY_ID,
        LOAD_REFERRALS_BY_ID,
        LOAD_STORES,
        LOAD_EVENT_KEYS,
        LOAD_ANSWERS,
        LOAD_COUNTERS,
        LOAD_ENTRIES,
        LOAD_LEDGERS,
        LOAD_LOTS,
        LOAD_SESSION_POINTS,
        LOAD_SESSION_PARTS,
        LOAD_OTHER_EFFECTS,
        LOAD_RETURNS,
        LOAD_REFERRED,
        LOAD_RESERVATIONS,
        LOAD_REDEMPTIONS,
        LOAD_REFERRAL_USES,
        # Last: a revision that has not risen by now had not risen when the rest was read either.
        LOAD_REVISIONS,
    ),
    writes=(
        SHARE_UNCOUNTED_CODES,
        CREATE_PROFILES,
        MOVE_EACH_PROFILE,
        JOIN_APPLICATIONS,
        COUNT_FRIENDS,
        WRITE_EACH_SESSION,
        HOLD_SESSIONS,
        WRITE_ENTRIES,
        WRITE_EVENTS,
        WRITE_EVENT_KEYS,
        WRITE_RETURNS,
        CREATE_COUPONS,
        CREATE_REFERRALS,
        WRITE_OUTBOX,
        KEEP_ANSWERS,
        MOVE_EACH_LEDGER,
        WRITE_POINTS,
        # Codes and counters, which many batches want at once, come last: a row is held from its statement to the commit.
        MAKE_RESERVATIONS,
        CHANGE_COUPONS,
        CHANGE_REFERRALS,
        REDEEM_COUPONS,
        REDEEM_REFERRALS,
        TOUCH,
        # Counters come after the revisions, so that a transaction that has only those may count anew.
        GUARD_REVISIONS,
        MOVE_EACH_COUNTER,
    ),
)
