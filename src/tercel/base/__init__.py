"""Shared by all packages: errors, limits, numbers, JSON, keys of identifiers, nearest names. Pure."""
