"""What can happen: one tagged struct per effect, a module per family. Pure.

A struct tells everything about its effect but how it comes about: its properties, the kind of its ledger entry, the
effect that takes it back, and what a shop does about it.
"""
