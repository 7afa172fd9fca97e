"""The embedded PostgreSQL: its programs, its operating system account, its data directory, who uses it.

Everything lives under ``<home>/database``: ``data`` (the cluster), ``run`` (the socket), ``log``, ``programs`` (a copy
of the programs, only where the account cannot read the installed ones), ``lease`` and ``lock``. Permissions of
directories that were there before are never changed.
"""
