"""Rule sets: stored documents read into trees, checked, compiled, and searched for what they require. Pure.

A rule set is a list of rules with shared bindings (behaviour/language 1; behaviour/evaluation 8). ``ruleset`` reads it, ``check`` finds all that
is wrong with it, ``compiled`` turns it into functions, ``references`` finds what it names, ``requirements`` proves what must hold for a rule to fire, ``lint``
warns of what is hardly meant. The rule language is what is kept and run; ``blocks`` is another way to show and to write
it, ``expressions`` the notation of values in blocks.
"""
