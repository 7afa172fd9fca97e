"""Tests of the management operations over a real server."""
