"""Coupon reservations that the shop makes for its customers (behaviour/codes 11).

A reservation puts a code into a customer's wallet; a coupon whose reservation is mandatory is redeemed by no other
customer. A customer who redeemed a coupon counts as having reserved it: that is read from the ledger, never written.
"""
