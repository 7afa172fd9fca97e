"""Benchmarks: ``command`` is the command line; ``peers`` measures other engines beside Tercel."""
