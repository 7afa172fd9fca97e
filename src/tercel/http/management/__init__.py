"""Handlers of the Management API."""
