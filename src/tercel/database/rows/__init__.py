"""Rows as parameters of statements: in one document (``recordset``), or in one array for each column (``unnested``)."""
