"""Doors to log-in and keys."""
