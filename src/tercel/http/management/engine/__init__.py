"""Doors to what shops have sent, for reading."""
