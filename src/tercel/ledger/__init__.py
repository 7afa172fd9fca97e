"""The only writer of balances, redemptions and budgets; append-only.

An *entry* records one thing that a session or event consumed: a redemption, an amount of discount, a free item. It
names the event that caused it and is never changed; undoing it appends an entry with the opposite amount that names
it in ``reverses``. A *counter* is the sum of entries under one limit, kept beside them and written only with a guard
(``used + delta <= limit``), so that no limit can be passed. What has no limit has no counter: its figure is the sum
of its entries. ``verify`` compares the two.
"""
