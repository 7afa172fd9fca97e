"""What rules read: the entities of the rule language, made from the facts of a snapshot."""
