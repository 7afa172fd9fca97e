"""Points as lots: what a ledger holds at a moment, in which order it is spent, and how it is taken back. Pure."""
