"""Events of customers: custom ones that a client tracks, and the record of all that happened.

A custom event has no session. It is evaluated once, and what its rules grant counts at once: entries of the ledger,
attributes, created codes. Nothing of it is ever taken back (behaviour/events 2, 5).
"""
