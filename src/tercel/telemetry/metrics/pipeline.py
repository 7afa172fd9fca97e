"""What the pipeline tells its operators.

Observed once per batch and stage; only the evaluation is observed once per command. Gauges are summed over the processes
that live.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_EVALUATION_SECONDS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)

QUEUE_DEPTH = Gauge(
    "tercel_pipeline_queue_depth", "Commands that wait for a batch to take them.", multiprocess_mode="livesum"
)
QUEUE_SECONDS = Histogram(
    "tercel_pipeline_queue_seconds",
    "Time that the longest waiting command of a batch waited to be taken.",
    buckets=_SECONDS,
)
REFUSALS = Counter(
    "tercel_pipeline_refusals",
    "Commands refused at the queue: it is full or closed (`queue`), too many of one session or profile wait (`key`), or"
    " they waited too long (`late`).",
    ["reason"],
)
BATCHES_IN_FLIGHT = Gauge(
    "tercel_pipeline_batches_in_flight", "Batches under way.", multiprocess_mode="livesum"
)
BATCH_COMMANDS = Histogram(
    "tercel_pipeline_batch_commands",
    "Commands in a batch when it is taken.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128),
)
BATCH_SECONDS = Histogram(
    "tercel_pipeline_batch_seconds",
    "Time from taking a batch to its last answer, with all attempts.",
    buckets=_SECONDS,
)
_LOAD_SECONDS = Histogram(
    "tercel_pipeline_load_seconds",
    "Time of one attempt to load what a batch names; with `locking` it includes the wait for the locks of rows.",
    ["locking"],
    buckets=_SECONDS,
)
LOAD_SECONDS = {
    is_locking: _LOAD_SECONDS.labels("yes" if is_locking else "no") for is_locking in (False, True)
}
DECIDE_SECONDS = Histogram(
    "tercel_pipeline_decide_seconds",
    "Time to decide all commands of a batch, in which its process does nothing else.",
    buckets=_SECONDS,
)
COMMIT_SECONDS = Histogram(
    "tercel_pipeline_commit_seconds",
    "Time of one attempt to write a batch and commit, won or lost; includes the wait for the locks of others.",
    buckets=_SECONDS,
)
RETRIES = Counter(
    "tercel_pipeline_retries",
    "Attempts that were rolled back because somebody else was first, by the guard that did not hold or the kind of conflict.",
    ["reason"],
)
SPLITS = Counter(
    "tercel_pipeline_splits",
    "Batches that could not be written whole: cut in halves, or a command run alone with its locks taken first.",
    ["into"],
)
TOO_COSTLY = Counter(
    "tercel_evaluations_too_costly",
    "Requests refused because the rules needed more computation than one request may have.",
)
EVALUATION_SECONDS = Histogram(
    "tercel_evaluation_seconds",
    "Time to evaluate the rules for one command.",
    buckets=_EVALUATION_SECONDS,
)
