"""Doors to customers."""
