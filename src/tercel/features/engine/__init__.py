"""What shops call: updates of sessions and profiles, events, and the compiled configuration that they run."""
