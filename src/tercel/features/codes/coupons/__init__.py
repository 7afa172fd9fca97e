"""Coupons: creating them in batches, finding, changing and deleting them.

A coupon's counters are kept in its row only where a limit exists; without one they are sums of the ledger's entries.
Redeeming is the business of the pipeline and the ledger, not of this package. Budgets are not consumed here.
"""
