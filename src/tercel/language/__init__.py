"""Talang, the rule language: reader → tree → checker → compiler; catalogue of functions; printer. Pure."""
