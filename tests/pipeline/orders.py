"""Orders during which something else happens, decided by a pipeline of their own beside the server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from tercel.base.codec import decode_any
from tercel.database.engine import Database
from tercel.database.ids import IdAllocator
from tercel.features.aggregates import ORDER
from tercel.features.common.caller import Caller
from tercel.features.engine.configuration.cache import ConfigurationCache
from tercel.features.engine.sessions.commands.update import UpdateSession
from tercel.features.engine.sessions.integration_model import IntegrationRequest
from tercel.pipeline.aggregate import Work
from tercel.pipeline.batch import Batches
from tercel.pipeline.command import Answer
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs
from tercel.telemetry.origin import current_origin
from tests.support.shop import Shop, item


class Order(UpdateSession):
    """The close of a cart, during which something else happens."""

    def __init__(self, shop: Shop, name: str = "order", *, is_dry: bool = False, **fields: Any) -> None:
        caller = Caller(account_id=shop.application["accountId"], application_id=shop.application["id"])
        body = {"customerSession": {"state": "closed", "cartItems": [item("A", 10)], **fields}}
        super().__init__(
            caller, name, msgspec.convert(body, IntegrationRequest), now=datetime.now(UTC), is_dry=is_dry
        )
        self.is_costly = False  # takes its locks first
        self.when_read: Callable[[], None] = lambda: None
        self.when_decided: Callable[[int], None] = lambda _decisions: None
        self.decisions = 0

    def follow(self, needs: Needs, work: Work, configuration: Any) -> None:
        self.when_read()
        self.when_read = lambda: None
        super().follow(needs, work, configuration)

    def decide(self, draft: Draft, configuration: Any) -> Answer:
        answer = super().decide(draft, configuration)
        self.decisions += 1
        self.when_decided(self.decisions)
        return answer


class _Waiting:
    """An order in a batch, and what it was answered."""

    def __init__(self, order: Order) -> None:
        self.command = order
        self.origin = current_origin()
        self.answered: Answer | None = None

    @property
    def is_costly(self) -> bool:
        """Told by the test: what happens while an order is decided takes as long as the machine wants."""
        return self.command.is_costly

    @is_costly.setter
    def is_costly(self, value: bool) -> None:
        """The pipeline measured it."""

    @property
    def is_answered(self) -> bool:
        return self.answered is not None

    def answer(self, answer: Answer) -> None:
        self.answered = answer

    def fail(self, error: BaseException) -> None:
        raise error


async def discount(database: Database, order: Order) -> int:
    """What the order was given."""
    return (await discounts(database, order))[0]


async def discounts(database: Database, *orders: Order) -> list[int]:
    """What each of the orders of one batch was given."""
    waiting = [_Waiting(order) for order in orders]
    await Batches(database, ConfigurationCache(), IdAllocator(), ORDER).run(waiting)
    return [_given(each.answered) for each in waiting]


def _given(answer: Answer | None) -> int:
    assert answer is not None
    assert answer.status == 200
    effects = decode_any(answer.body)["effects"]
    return int(sum(each["props"]["value"] for each in effects if each["effectType"] == "setDiscount"))
