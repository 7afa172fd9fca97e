"""Lints about points: what is given away twice."""
