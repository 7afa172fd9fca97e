"""Campaigns: when they run, for whom, within which budgets. Their rules are in ``features.campaigns.rulesets``.

Every write raises the application's revision and keeps it on the campaign, so that caches of compiled campaigns
reload only what changed (``load``).
"""
