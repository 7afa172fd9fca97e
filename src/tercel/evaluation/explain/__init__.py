"""Why rules did not fire, and what is missing: conditions looked into where an evaluation stands.

``site`` is a rule at its place; ``sentences`` tell a condition with the values that it read; the other modules find
what would make a failing condition true. Everything here only looks: nothing that an evaluation does depends on it.
"""
