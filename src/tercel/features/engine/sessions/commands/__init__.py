"""Commands of sessions: update, return, cancel and reopen."""
