"""Lints about amounts: what cannot be paid, or is more than meant."""
