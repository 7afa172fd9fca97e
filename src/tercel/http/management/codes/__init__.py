"""Doors to coupons and referrals."""
