"""Rule sets: stored documents read into trees, checked, compiled, and mined for necessary facts. Pure.

A rule set is a list of rules with shared bindings (rules.md 1.2 to 1.4). ``ruleset`` reads it, ``check`` finds all that
is wrong with it, ``compiled`` turns it into functions, ``necessary`` proves what must hold for a rule to fire, ``lint``
warns of what is hardly meant. The rule language is what is kept and run; ``blocks`` is another way to show and to write
it, ``expressions`` the notation of values in blocks.
"""
