"""What coupons and referrals share: the campaign they belong to, the pattern of their codes, filters, making them.

A code is unique in its application, whatever campaign it belongs to; it is stored in the application's case.
"""
