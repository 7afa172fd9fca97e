"""The limits that count per customer or per session, and how much of them is used (behaviour/budgets 2)."""
