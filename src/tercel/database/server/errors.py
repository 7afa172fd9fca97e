"""What can go wrong with the embedded server, told to the operator."""

from __future__ import annotations

from tercel.base.errors import TercelError


class EmbeddedDatabaseError(TercelError):
    """The embedded PostgreSQL cannot be used; the message says what to do."""

    code = "embeddedDatabase"


class NoInstallationError(TercelError):
    """A command needs what `tercel serve` makes, and it is not there."""

    code = "noInstallation"
