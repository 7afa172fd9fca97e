"""Drives zen in process: the job's variant says how the promotions are written."""

from __future__ import annotations

from common import answer, read_job, timed
from zen_rules import by_expressions, by_table


def main() -> None:
    """Do the job."""
    job = read_job()
    build = {"table": by_table, "expressions": by_expressions}[job["variant"]]
    evaluate = build(job["workload"]["promotions"])
    context = {"cart": job["workload"]["cart"]}
    hits, cents = evaluate(context)
    answer(job, {"hits": hits, "discount": cents / 100, "timing": timed(lambda: evaluate(context), job)})


main()
