"""Metrics of this process, read as Prometheus would, and by how much they moved."""

from prometheus_client import REGISTRY


def sample(name: str, **labels: str) -> float:
    """The value of one series; 0 while nobody has counted it."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


class Before:
    """What counters said when this was made."""

    def __init__(self) -> None:
        self._values = {
            (each.name, tuple(sorted(each.labels.items()))): each.value
            for metric in REGISTRY.collect()
            for each in metric.samples
        }

    def moved(self, name: str, **labels: str) -> float:
        """By how much a series has grown since."""
        before = self._values.get((name, tuple(sorted(labels.items()))), 0.0)
        return sample(name, **labels) - before
