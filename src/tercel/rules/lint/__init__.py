"""The linter: what is allowed in a rule set, but hardly meant. Pure.

``check`` refuses what the engine could not run; the linter warns of what runs and surprises. ``linting`` is the entry,
``table`` lists the lints, ``lints`` has one file for each, ``proof`` holds the reasoning that several of them share, and
``documentation`` writes docs/lint.md. A lint speaks up only about what it can prove from the rule set and from what it
is told of the campaign: silence is no praise.
"""
