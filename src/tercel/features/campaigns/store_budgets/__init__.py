"""Budgets of single stores in a campaign (behaviour/budgets 6).

A budget is a limit for an action and a period, with an amount for each of its stores. Sessions and events that name the
store take from its counter, and from that of no other; a store without an amount is limited by the campaign alone.
"""
