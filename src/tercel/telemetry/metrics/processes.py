"""What jobs tell operators: of themselves, and of what they look at now and then.

With several processes each adds what is its own; of what all see alike, such as the size of the database, the latest look
counts.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

_SEEN_BY_ALL: Final = "livemostrecent"

JOB_SECONDS = Histogram(
    "tercel_job_seconds",
    "Time of one step of a job, failed or not; housekeeping is one step each time.",
    ["kind"],
    buckets=(0.01, 0.1, 1, 10, 60, 300, 1_800),
)
JOB_FAILURES = Counter(
    "tercel_job_failures",
    "Runs and jobs that ended by an unexpected error, or were interrupted too often.",
    ["kind"],
)

JOBS_PENDING = Gauge(
    "tercel_jobs_pending", "Jobs that wait or are being done.", multiprocess_mode=_SEEN_BY_ALL
)
JOBS_OLDEST = Gauge(
    "tercel_jobs_oldest_seconds",
    "Age of the oldest job that waits or is being done; 0 when there is none.",
    multiprocess_mode=_SEEN_BY_ALL,
)

PROCESSES = Gauge("tercel_processes", "Processes that answer requests.", multiprocess_mode="livesum")
MEMORY = Gauge(
    "tercel_process_memory_bytes",
    "Resident memory of all processes that answer requests.",
    multiprocess_mode="livesum",
)
CPU = Counter("tercel_process_cpu_seconds", "Processor time of all processes that answer requests.")
LAG = Gauge(
    "tercel_event_loop_lag_seconds",
    "How much later than planned the slowest process woke up at its last look.",
    multiprocess_mode="livemax",
)

CONNECTIONS = Gauge(
    "tercel_database_connections",
    "Connections of all processes by pool (`pipeline`, `management`) and state (`in_use`, `idle`).",
    ["pool", "state"],
    multiprocess_mode="livesum",
)
CONNECTION_WAITERS = Gauge(
    "tercel_database_connection_waiters",
    "Batches and readers that wait for a connection of the pool `pipeline`.",
    multiprocess_mode="livesum",
)
CONNECTION_WAITS = Counter(
    "tercel_database_connection_waits", "Times somebody had to wait for a connection of the pool `pipeline`."
)
CONNECTION_WAIT_SECONDS = Counter(
    "tercel_database_connection_wait_seconds", "Time waited for connections of the pool `pipeline`."
)
DATABASE_UP = Gauge(
    "tercel_database_up",
    "1 if the database answered every process at its last look, else 0.",
    multiprocess_mode="livemin",
)
LOCK_WAITERS = Gauge(
    "tercel_database_lock_waiters",
    "Connections that the server held at a lock at the last look.",
    multiprocess_mode=_SEEN_BY_ALL,
)
LOCK_WAIT_SECONDS = Gauge(
    "tercel_database_lock_wait_seconds",
    "How long the longest wait for a lock had lasted at the last look.",
    multiprocess_mode=_SEEN_BY_ALL,
)
DEADLOCKS = Gauge(
    "tercel_database_deadlocks",
    "Deadlocks that the server has broken since its statistics began.",
    multiprocess_mode=_SEEN_BY_ALL,
)
DATABASE_SIZE = Gauge("tercel_database_size_bytes", "Size of the database.", multiprocess_mode=_SEEN_BY_ALL)
WAL_POSITION = Gauge(
    "tercel_database_wal_position_bytes",
    "Where the server's log of changes ends; its rate is what is written.",
    multiprocess_mode=_SEEN_BY_ALL,
)
SYNCHRONOUS_STANDBYS = Gauge(
    "tercel_database_synchronous_standbys",
    "Standbys that a commit waits for; -1 where the role is no member of `pg_read_all_stats`.",
    multiprocess_mode=_SEEN_BY_ALL,
)
HOME_FREE = Gauge(
    "tercel_home_free_bytes",
    "Room on the disk of `TERCEL_HOME`; only with the embedded database.",
    multiprocess_mode=_SEEN_BY_ALL,
)
OUTBOX_WAITING = Gauge(
    "tercel_outbox_waiting",
    "Messages in the outbox that were not sent, counted up to 10,000.",
    multiprocess_mode=_SEEN_BY_ALL,
)
OUTBOX_OLDEST = Gauge(
    "tercel_outbox_oldest_seconds",
    "Age of the oldest message in the outbox that was not sent; 0 when there is none.",
    multiprocess_mode=_SEEN_BY_ALL,
)
