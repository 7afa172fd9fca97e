"""Past sessions against a changed rule set."""
