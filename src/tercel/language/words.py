"""The words that some arguments of the product's functions must be one of."""

from __future__ import annotations

PROFILES = ("Current", "Advocate")
BALANCES = ("current", "pending", "negative", "tentativeCurrent")
NOTIFICATION_TYPES = ("Info", "Offer", "Error", "Misc")
OPERATORS = (
    "setTo",
    "increaseBy",
    "decreaseBy",
    "multiplyBy",
    "divideBy",
    "toggle",
    "laterBy",
    "earlierBy",
)
