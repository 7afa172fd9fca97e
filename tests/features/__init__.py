"""Tests of the features, over a real database."""
