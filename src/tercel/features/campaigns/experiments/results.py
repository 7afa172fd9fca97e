"""What an experiment showed: closed sessions by variant, and whether the variants differ (behaviour/experiments 5)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, text

from tercel.base.numbers import ZERO, tidy
from tercel.database.transaction import Transaction
from tercel.features.campaigns.experiments.model import (
    Confidence,
    ExperimentResults,
    Variant,
    VariantResult,
)
from tercel.features.campaigns.experiments.service import get_experiment
from tercel.features.campaigns.experiments.welch import Sample, confidence

WINS_FROM = 95  # per cent of confidence
_CENTS = Decimal("0.01")

#: The average that decides, by goal.
_METRICS = {"maximize_items_sold": "items", "optimize_discount_efficiency": "discounted"}

_SESSIONS = text("""
    WITH closed AS (
        SELECT s.id, (v.allocation ->> 'variantID')::bigint AS variant_id, s.total AS value, s.total_discounts,
            s.total - s.total_discounts AS discounted,
            (SELECT coalesce(sum((i ->> 'quantity')::numeric - coalesce((i ->> 'returnedQuantity')::numeric, 0)), 0)
                FROM jsonb_array_elements(s.cart_items::jsonb) AS i) AS items,
            (SELECT coalesce(sum(CASE WHEN e.reverses IS NULL THEN 1 ELSE -1 END), 0) FROM entries AS e
                WHERE e.application_id = s.application_id AND e.session_id = s.id
                AND e.campaign_id = :campaign AND e.kind = 'redeemCoupon') AS coupons
        FROM sessions AS s, jsonb_array_elements(s.variants) AS v(allocation)
        WHERE s.application_id = :application AND s.state IN ('closed', 'partially_returned')
        AND (v.allocation ->> 'experimentID')::bigint = :experiment)
    SELECT variant_id, count(*) AS size, sum(discounted) AS revenue, sum(total_discounts) AS discounts,
        sum(coupons) AS coupons,
        avg(value) AS value_mean, coalesce(var_samp(value), 0) AS value_variance,
        avg(discounted) AS discounted_mean, coalesce(var_samp(discounted), 0) AS discounted_variance,
        avg(items) AS items_mean, coalesce(var_samp(items), 0) AS items_variance
    FROM closed GROUP BY variant_id""")


async def get_results(
    tx: Transaction, application_id: int, experiment_id: int, now: datetime
) -> ExperimentResults:
    """Return the results by variant; the better one wins when the average that its goal is about differs for sure.

    Raises:
        NotFoundError: the application has no such experiment.
    """
    experiment = await get_experiment(tx, application_id, experiment_id, now)
    parameters = {
        "application": application_id,
        "experiment": experiment_id,
        "campaign": experiment.campaign.id,
    }
    rows = {row.variant_id: row for row in await tx.all(_SESSIONS.bindparams(**parameters))}
    found = [rows.get(variant.id) for variant in experiment.variants]
    winner = _winner(found, _METRICS.get(experiment.goal_type, "value"))
    return ExperimentResults(
        variants=[
            _result(variant, row, is_winner=place == winner)
            for place, (variant, row) in enumerate(zip(experiment.variants, found, strict=True))
        ],
        confidence=Confidence(
            avg_session_value=_confidence(found, "value"),
            avg_discounted_session_value=_confidence(found, "discounted"),
            avg_items_per_session=_confidence(found, "items"),
        ),
    )


def _winner(rows: list[Row[Any] | None], metric: str) -> int | None:
    if _confidence(rows, metric) < WINS_FROM:
        return None
    means = [_sample(row, metric).mean for row in rows]
    return means.index(max(means))


def _confidence(rows: list[Row[Any] | None], metric: str) -> Decimal:
    samples = [_sample(row, metric) for row in rows]
    return confidence(samples[0], samples[1]) if len(samples) > 1 else ZERO


def _sample(row: Row[Any] | None, metric: str) -> Sample:
    if row is None:
        return Sample(0, ZERO, ZERO)
    return Sample(row.size, getattr(row, f"{metric}_mean"), getattr(row, f"{metric}_variance"))


def _result(variant: Variant, row: Row[Any] | None, *, is_winner: bool) -> VariantResult:
    return VariantResult(
        variant_id=variant.id,
        variant_name=variant.name,
        variant_weight=variant.weight,
        is_winner=is_winner,
        total_revenue=ZERO if row is None else tidy(row.revenue),
        sessions_count=0 if row is None else row.size,
        avg_items_per_session=_mean(row, "items"),
        avg_session_value=_mean(row, "value"),
        avg_discounted_session_value=_mean(row, "discounted"),
        total_discounts=ZERO if row is None else tidy(row.discounts),
        coupons_count=0 if row is None else int(row.coupons),
    )


def _mean(row: Row[Any] | None, metric: str) -> Decimal:
    return tidy(_sample(row, metric).mean.quantize(_CENTS))
