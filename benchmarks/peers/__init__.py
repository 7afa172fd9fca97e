"""Other engines on the same workload, in the same run, with every answer checked.

A *peer* is an engine of another project, fetched by its package manager when the command runs, never part of this
project. A *driver* (``drivers/``) is a small program of ours, in the peer's language, that does one *job*: it reads
the workload, builds the promotions in the peer's own terms, and answers with promotions, discount and timing. A
*meaning* is what a peer understands by the workload's promotions; most add up, some cannot, and each is checked
against its own.

Run it with ``make bench-peers``.
"""
