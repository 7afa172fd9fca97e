"""Custom attributes of the account, and the types of its custom events.

What values an attribute takes, and the check of values, is in ``features.common.attributes``.
"""
