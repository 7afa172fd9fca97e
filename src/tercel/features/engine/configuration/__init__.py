"""Applications as the engine wants them: compiled program and definitions, cached per process.

A configuration belongs to one revision of the application and of its account. The pipeline reads both numbers with
every batch and reloads what is behind, so no process ever evaluates with old campaigns.
"""
