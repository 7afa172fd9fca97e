"""What a compiled expression has while it runs: its scope, its host and the steps it is charged."""
