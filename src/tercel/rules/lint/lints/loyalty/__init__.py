"""Lints about points, tiers and cards: what is given away twice, and what the program does not have."""
