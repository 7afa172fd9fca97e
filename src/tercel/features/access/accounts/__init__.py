"""Accounts, their users, and the tokens users get by logging in."""
