"""One file for each lint: its reasons, its examples, and how it finds its places."""
