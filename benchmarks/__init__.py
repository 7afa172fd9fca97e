"""Benchmarks that need more than Tercel itself; ``tercel bench`` measures the rest."""
