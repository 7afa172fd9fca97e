"""Commands in batches: load → decide → write → answer."""
