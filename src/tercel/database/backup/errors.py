"""What can go wrong with a backup, told to the operator."""

from __future__ import annotations

from tercel.base.errors import TercelError


class BackupError(TercelError):
    """A backup cannot be made or restored; nothing was changed, and the message says what to do."""

    code = "backup"
