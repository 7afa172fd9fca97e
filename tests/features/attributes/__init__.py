"""Tests of attributes."""
