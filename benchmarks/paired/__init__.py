"""Two trees of the source by turns: what a change costs, on a machine whose speed swings from minute to minute."""
