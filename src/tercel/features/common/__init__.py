"""Shared by all features: the caller, pages of lists, limits, checks of texts, ids and attributes, templates."""
