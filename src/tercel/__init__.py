"""Tercel, a self-hosted promotion engine.

The packages tell the story in this order: words (``base``) → language → rules → effects → evaluation →
ledger → pipeline → features → doors (``http``, ``cli``, ``jobs``). See ARCHITECTURE.md.
"""
