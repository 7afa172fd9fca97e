"""Values of the language: their kinds, how they travel, and the times, periods and texts they are read from."""
