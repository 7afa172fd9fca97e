"""Tests of rulesets."""
