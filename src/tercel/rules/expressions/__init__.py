"""The mini-language of blocks: ``$``-paths, numbers, texts, infix operators, calls (behaviour/evaluation 11; behaviour/language 14).

Examples: ``$Session.CartTotal * 0.1``, ``if($Item.Price > 10, "dear", "cheap")``, ``sum($Shoes, Item => $Item.Price)``.
Every expression of the rule language can be written in it, and reading gives an equal tree. A text holds expressions
between double braces: ``"You save {{$Session.Total / 10}}."`` means ``concat`` of its parts.

Names that are no plain words stand in backticks, segments that are computed in square brackets, maps in braces, and
expressions computed one after another in round brackets with semicolons between them.
"""
