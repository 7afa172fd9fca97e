"""``python -m benchmarks``."""

from benchmarks.command import app
from tercel.cli.app import run

run(app)
