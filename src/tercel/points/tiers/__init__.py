"""Tiers: which one a ledger has at a moment, when it ends, and what will become of it then. Pure.

The *ladder* is the tiers of a program. The *standing* of a ledger is its tier with the dates of it, as it was last looked at; what happened
since is replayed. *Basic* tiers follow the balance; *advanced* ones, which have *terms*, rise with it and fall at their ends alone.
"""
