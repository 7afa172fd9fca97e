"""Doors to what runs in the background."""
