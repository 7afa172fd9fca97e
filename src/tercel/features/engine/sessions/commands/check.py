"""Validation of a session update: every problem with its pointer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from tercel.base import limits
from tercel.base.errors import InvalidError, Problem
from tercel.features.common.attributes import check_attributes
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.sessions.integration_model import AdditionalCost, CartItem, NewCustomerSession
from tercel.features.engine.sessions.request.variants import is_known_variant

_ROOT = "/customerSession"
_NOT_MEASURED = (None, None, None, None)


def check_request(request: NewCustomerSession, configuration: Configuration) -> None:
    """Check a request against the definitions of the application.

    Raises:
        InvalidError: with all problems, up to a bound.
    """
    problems = list(_problems(request, configuration))
    if problems:
        raise InvalidError(*problems[: limits.CHECK_ERRORS_MAX])


def _problems(request: NewCustomerSession, configuration: Configuration) -> Iterator[Problem]:
    if request.attributes:
        yield from check_attributes(
            request.attributes,
            configuration.attributes("CustomerSession"),
            "CustomerSession",
            f"{_ROOT}/attributes",
        )
    if request.additional_costs:
        yield from _cost_problems(
            request.additional_costs, configuration, "session", f"{_ROOT}/additionalCosts"
        )
    for position, allocation in enumerate(request.experiment_variant_allocations or ()):
        if not is_known_variant(allocation, configuration.program):
            yield Problem(
                title="Unknown",
                details=(
                    f"there is no experiment `{allocation.experiment_id}`"
                    f" with a variant `{allocation.variant_id}`"
                ),
                pointer=f"{_ROOT}/experimentVariantAllocations/{position}",
            )
    if request.cart_items:
        yield from _item_problems(request.cart_items, configuration)


def _item_problems(items: list[CartItem], configuration: Configuration) -> Iterator[Problem]:
    definitions = configuration.attributes("CartItem")
    units = 0
    for position, item in enumerate(items):
        units += item.quantity
        price = item.price
        if price is None:
            yield Problem(
                title="required",
                details=f"the price of `{item.sku}` is needed, as no catalog has one",
                pointer=f"{_ROOT}/cartItems/{position}/price",
            )
        elif not -limits.AMOUNT_MAX <= price <= limits.AMOUNT_MAX:
            yield _amount_problem(f"{_ROOT}/cartItems/{position}/price")
        if (item.weight, item.height, item.width, item.length) != _NOT_MEASURED:
            yield from _measure_problems(item, f"{_ROOT}/cartItems/{position}")
        if item.attributes:
            pointer = f"{_ROOT}/cartItems/{position}/attributes"
            yield from check_attributes(item.attributes, definitions, "CartItem", pointer)
        if item.additional_costs:
            pointer = f"{_ROOT}/cartItems/{position}/additionalCosts"
            yield from _cost_problems(item.additional_costs, configuration, "item", pointer)
    if units > limits.CART_UNITS_MAX:
        yield Problem(
            title="maximum",
            details=f"the quantities add up to {units}, and {limits.CART_UNITS_MAX} is the most",
            pointer=f"{_ROOT}/cartItems",
        )


def _measure_problems(item: CartItem, pointer: str) -> Iterator[Problem]:
    for name in ("weight", "height", "width", "length"):
        measure = getattr(item, name)
        if measure is not None and not _is_amount(measure):
            yield _amount_problem(f"{pointer}/{name}")


def _cost_problems(
    costs: Mapping[str, AdditionalCost], configuration: Configuration, place: str, pointer: str
) -> Iterator[Problem]:
    for name, cost in costs.items():
        known = configuration.costs.get(name)
        at = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
        if known is None:
            yield Problem(
                title="Unknown",
                details=f'The additional cost "{name}" is not defined in this application.',
                pointer=at,
            )
        elif not known.allows(place):
            yield Problem(
                title="Invalid scope",
                details=f'The additional cost "{name}" cannot be used on a {place}.',
                pointer=at,
            )
        elif not _is_amount(cost.price):
            yield _amount_problem(f"{at}/price")


def _is_amount(value: Decimal) -> bool:
    return -limits.AMOUNT_MAX <= value <= limits.AMOUNT_MAX


def _amount_problem(pointer: str) -> Problem:
    return Problem(title="maximum", details=f"amounts lie between ±{limits.AMOUNT_MAX}", pointer=pointer)
