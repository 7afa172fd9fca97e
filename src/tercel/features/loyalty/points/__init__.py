"""Points by hand, and what is read of ledgers."""
