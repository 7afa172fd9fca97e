"""Functions that are part of the schema."""

from __future__ import annotations

#: SQLSTATE of a guard that did not hold: another transaction was first. Class 40 is PostgreSQL's for transactions to repeat.
GUARD_FAILED = "40TC1"

EXPECT = f"""CREATE OR REPLACE FUNCTION tercel_expect(actual bigint, expected bigint, what text) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF actual <> expected THEN
        RAISE EXCEPTION '% of % % written', actual, expected, what USING ERRCODE = '{GUARD_FAILED}';
    END IF;
    RETURN actual;
END
$$"""

ALL = (EXPECT,)
