"""Tests of additional costs."""
