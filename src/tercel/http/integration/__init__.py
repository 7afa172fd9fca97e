"""Handlers of the Integration API."""
