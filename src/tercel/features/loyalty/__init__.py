"""Loyalty: programs, points, members and cards."""
