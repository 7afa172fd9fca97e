"""Doors to campaigns and what hangs on them."""
