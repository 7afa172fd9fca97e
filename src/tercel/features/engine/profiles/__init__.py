"""Profile updates of the Integration API: attributes, and on demand an evaluation without a session."""
