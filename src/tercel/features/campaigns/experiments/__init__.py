"""Experiments: campaigns that run with one of two rule sets, a variant for each customer (behaviour/experiments 1)."""
