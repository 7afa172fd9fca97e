"""Rule sets in block form, converted from and to the data of the rule language (behaviour/language 14). Pure.

The data of the language is the one source of truth; blocks are another way to show and to write it. Each kind of block
is a *form*: a pattern of the language with holes, and the fields of the block that the holes fill. The same form reads
and writes. What no form matches becomes a ``passthrough`` block with the expression itself, so that every rule set has
a block form, and reading it back gives a rule set that means the same.

``forms`` is the matcher, ``codecs`` and ``references`` say how a hole looks in a block. A function whose call is one block
declares it beside its implementation (``declared``); ``checks``, ``discounts``, ``rewards``, ``codes`` and ``changes`` are the
tables of the others, ``selectors`` the steps of cart item filters. ``writing`` and ``reading`` convert rules, ``rulesets``
whole documents.
"""
