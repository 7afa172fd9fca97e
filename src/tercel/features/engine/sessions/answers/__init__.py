"""Answers about sessions, as the Integration API gives them."""
