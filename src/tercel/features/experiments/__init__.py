"""Experiments: campaigns that run with one of two rule sets, a variant for each customer (management.md 2.15)."""
