"""Who may come in: people and their passwords, keys, and the brakes on guessing."""
