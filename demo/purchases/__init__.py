"""Real purchases, read from the tables that retailers published."""
