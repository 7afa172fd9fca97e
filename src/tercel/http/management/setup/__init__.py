"""Doors to what an account and its applications have."""
