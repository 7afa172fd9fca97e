"""Metrics, by what they count: requests, the pipeline, and the processes with their database."""
