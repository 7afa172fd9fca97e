"""Migrations of the schema, applied in order by ``tercel.database.migrate``; forwards only.

Each file under ``versions`` stands for itself: it never imports the table definitions, which go on changing.
"""
