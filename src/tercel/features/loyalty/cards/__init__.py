"""Loyalty cards: made one by one or in batches, linked with customers, blocked, handed on."""
