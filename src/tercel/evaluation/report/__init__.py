"""The report of an evaluation that records its reasons: eligibility, trace and nudges."""
