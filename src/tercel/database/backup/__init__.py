"""Backups: one zip file with ``database.sql``, as pg_dump writes it, and ``manifest.json``, which says what it is.

The file is complete or it does not exist: it gets its name when everything is on the disk. A zip ends with its table of
contents and has a checksum of each part, so a torn or damaged file is noticed. Nothing but ``unzip`` and ``psql`` is
needed to read one by hand.
"""
