"""Patterns of codes that callers did not choose: of coupons, referrals and loyalty cards."""
