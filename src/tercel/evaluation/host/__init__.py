"""The product behind the language: conditions, lists and effects, one family per module.

Each family is a mixin over ``Desk``, which holds the state of the evaluation; ``host.EvaluationHost`` joins them to what
``tercel.language.host.Host`` asks for. Effects are recorded in the working state, never returned.
"""
