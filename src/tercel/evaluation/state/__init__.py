"""The working state of one evaluation: the journal, what budgets and caps leave, and which codes are usable."""
