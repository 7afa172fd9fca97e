"""Stores of an application: places of sale that sessions name and campaigns may be linked to."""
