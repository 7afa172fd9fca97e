"""Coupons, referrals and reservations, and the library of what codes have in common."""
