"""Stories told to a server: their surroundings, their steps, and a server for the time of a run."""
