"""Customers: their profiles, as lists and searches show them and as the pipeline writes them."""
