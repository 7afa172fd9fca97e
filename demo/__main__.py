"""``python -m demo``."""

from demo.command import app
from tercel.cli.app import run

run(app)
