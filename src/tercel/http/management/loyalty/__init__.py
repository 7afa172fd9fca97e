"""Doors to loyalty programs, their points and cards."""
