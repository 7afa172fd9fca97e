"""Families of blocks: the forms of checks, discounts, codes and changes."""
