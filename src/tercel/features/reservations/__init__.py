"""Coupon reservations that the shop makes for its customers (integration.md 4.10).

A reservation puts a code into a customer's wallet; a coupon whose reservation is mandatory is redeemed by nobody else.
Who redeemed a coupon counts as having reserved it: that is read from the ledger, never written.
"""
