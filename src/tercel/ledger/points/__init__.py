"""Points in the ledger: transactions, allocations and what is left of each, written only here."""
