"""Explanations: why rules did not fire, and what is missing, from questions to the expressions of a rule in its current state.

``site`` evaluates expressions of a rule without side effects; ``sentences`` put a condition with its readings into words; the other
modules find a change that makes a failing condition true. The evaluation never depends on anything here.
"""
