"""The product behind the language: conditions, lists and effects, one family per module.

Each family is a mixin over ``Desk``, which holds the state of the evaluation; ``host.EvaluationHost`` joins them. A function
of the language that is declared with ``Family.hosted`` is the method of its name (``tercel.language.running.host``). Effects are
recorded in the working state, never returned.
"""
