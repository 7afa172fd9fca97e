"""Commands in batches: load → decide → write → answer.

Every state-changing integration request is a *command*. A process takes all commands that wait, loads what they name
with a few set-based statements, decides them in order of arrival against one working copy, writes the union of their
changes in one guarded transaction, and answers when it is durable. Under load a batch carries dozens of commands and
the database sees one transaction; an idle process runs batches of one and adds no delay.

``command`` says what a command is, ``needs`` and ``load`` gather rows, ``work`` is the working copy, ``write`` writes
it, ``batch`` does one batch with its retries, and ``queue`` is the loop around it.
"""
