"""Commands in batches: load → decide → write → answer.

Every state-changing integration request is a *command*. A process takes all commands that wait, loads what they name
with a few set-based statements, decides them in order of arrival against one working copy, writes the union of their
changes in one guarded transaction, and answers when it is durable. Under load a batch carries dozens of commands and
the database sees one transaction; an idle process runs batches of one and adds no delay.

The pipeline knows no noun. What a noun brings is an ``aggregate``; ``order`` lists the loads and writes of all of them
(``features.aggregates``).

``command`` says what a command is, ``needs`` and ``load`` gather rows, ``draft`` is one command's view of them, ``write``
writes the deltas, ``batch`` does one batch with its retries, and ``queue`` is the loop around it.
"""
