"""What can keep the demonstration from running."""

from __future__ import annotations

from tercel.base.errors import TercelError


class DemoError(TercelError):
    """The demonstration cannot start or go on; the message says what to do."""

    code = "demo"
