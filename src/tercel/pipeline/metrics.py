"""What the pipeline tells its operators."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

BATCH_COMMANDS = Histogram(
    "tercel_batch_commands", "Commands in a batch", buckets=(1, 2, 4, 8, 16, 32, 64, 128)
)
BATCH_RETRIES = Counter(
    "tercel_batch_retries_total", "Batches that ran again because somebody else was first"
)
BATCH_SECONDS = Histogram(
    "tercel_batch_seconds",
    "Time from taking a batch to its commit",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2),
)
QUEUE_COMMANDS = Gauge("tercel_queue_commands", "Commands that wait or run", multiprocess_mode="livesum")
