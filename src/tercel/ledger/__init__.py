"""The only writer of balances, redemptions and budgets; append-only."""
