"""Campaigns and what hangs on them: rule sets, evaluation groups, experiments and budgets of stores."""
