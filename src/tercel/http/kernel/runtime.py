"""What a process has while it serves: services come with start-up and go with shut-down."""

from __future__ import annotations

import asyncio

from tercel.base.limits import EXPORTS_MAX, IMPORTS_MAX
from tercel.http.kernel.places import Places
from tercel.http.kernel.room import Room
from tercel.http.kernel.services import Services
from tercel.settings import Settings


class Runtime:
    """The state of one serving process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.room = Room()
        self.large_body = asyncio.Lock()  # held while one is read
        self.imports = Places(IMPORTS_MAX, "too many files arrive: try again in a moment")
        self.exports = Places(EXPORTS_MAX, "too many files are on their way: try again in a moment")
        self._services: Services | None = None

    @property
    def services(self) -> Services:
        """The services; only requests ask, and they come after start-up."""
        assert self._services is not None, "the application has not started"
        return self._services

    def start(self, services: Services) -> None:
        """Start-up is done."""
        self._services = services
