"""What the product must offer to the language.

Functions that ``Family.hosted`` declares are methods of the host by their names in snake case, such as
``set_discount_per_item`` for ``setDiscountPerItem``: they take the values of the arguments, as the signature says (a
block comes as a function of one value), and may raise a ``TalangError``. The protocol has what special forms ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from tercel.language.values.entity import Entity

Options = Mapping[str, Any]
Amount = Callable[[Any], Any]  # applied to an item or a bundle, gives the amount for it


class Host(Protocol):
    """The product, as special forms see it."""

    def form_bundles(
        self, name: str, parts: Sequence[tuple[list[Any], int]], by: Sequence[Sequence[str]]
    ) -> list[Entity]:
        """Form greedy bundles (behaviour/discounts 7); ``by`` are the paths whose values must agree within a bundle."""

    def attempt(self, effect: Callable[[], Any]) -> Any:
        """Run an effect expression under ``catch`` or ``onError``: when it raises, what it recorded is taken back
        before the error goes on."""

    def failure_effects(self, effects: Sequence[Callable[[], Any]]) -> None:
        """Record effects that survive the failure of the rule (``onFailure``, behaviour/evaluation 4), each for itself."""
