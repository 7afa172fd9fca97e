"""Mutation testing: put faults into the source, one at a time, and see which of them the tests notice."""
