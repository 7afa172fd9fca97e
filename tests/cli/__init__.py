"""Tests of the command line, as people and service managers use it."""
