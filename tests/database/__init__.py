"""Tests of ``tercel.database``, against a real PostgreSQL."""
