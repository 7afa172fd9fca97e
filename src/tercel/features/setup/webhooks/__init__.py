"""Webhooks: requests that rules send to other systems."""
