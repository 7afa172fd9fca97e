"""A database's schema as text that does not depend on how it came about."""

import psycopg

_QUERIES = {
    "tables": """
        SELECT c.relname, coalesce('partition by ' || pg_get_partkeydef(c.oid), ''),
               coalesce(array_to_string(c.reloptions, ' '), '')
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        ORDER BY 1""",
    "partitions": """
        SELECT c.relname, i.inhparent::regclass::text, pg_get_expr(c.relpartbound, c.oid)
        FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
        WHERE c.relispartition AND c.relkind = 'r'
        ORDER BY 1""",
    "columns": """
        SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod),
               CASE WHEN a.attnotnull THEN 'not null' ELSE '' END,
               CASE a.attidentity WHEN 'a' THEN 'identity' WHEN 'd' THEN 'identity by default'
                    ELSE coalesce('default ' || pg_get_expr(d.adbin, d.adrelid), '') END
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
              AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY 1""",
    "constraints": """
        SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(o.oid)
        FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
        WHERE o.connamespace = 'public'::regnamespace AND contype <> 'n' AND NOT c.relispartition
        ORDER BY 1""",
    "indexes": """
        SELECT pg_get_indexdef(x.indexrelid)
        FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid
        WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
              AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = x.indexrelid)
        ORDER BY 1""",
    "sequences": """
        SELECT s.seqrelid::regclass::text, format_type(s.seqtypid, NULL), 'increment ' || s.seqincrement
        FROM pg_sequence s
        WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = s.seqrelid AND d.deptype = 'i')
        ORDER BY 1""",
    "functions": """
        SELECT pg_get_functiondef(p.oid)
        FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
        ORDER BY 1""",
}


def describe_schema(connection: psycopg.Connection) -> str:
    """One section per kind of thing, one line per thing, sorted."""
    sections = []
    for title, query in _QUERIES.items():
        rows = connection.execute(query.encode()).fetchall()
        lines = ["  ".join(str(part) for part in row if part) for row in rows]
        sections.append("\n".join([f"# {title}", *lines]))
    return "\n\n".join(sections) + "\n"
