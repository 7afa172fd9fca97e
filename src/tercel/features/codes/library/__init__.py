"""What coupons and referrals share: the campaign they belong to, checks, filters, codes that are drawn ahead.

A code is unique in its application, whatever campaign it belongs to; it is stored in the application's case.
"""
