"""Setting the shop up over HTTP: application, keys, attributes, stores, campaigns, coupons, households."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from demo.client import Client
from demo.documents import (
    APPLICATION,
    attribute_documents,
    coupon_document,
    opening_time,
    profile_document,
    profile_id,
    promotions,
    store_document,
)
from demo.errors import DemoError
from demo.promotions import Promotion
from demo.shop import Coupon, Household, Shop
from demo.tasks import for_each
from tercel.base.codec import encode, wire_time
from tercel.settings import Settings

_AT_ONCE = 8
_PROFILES_AT_ONCE = 32
_KEYS_LIVE = timedelta(days=365)
_EVERYTHING = [{"path": "*"}]

#: Called with the number of things that were set up since the last call.
Advance = Callable[[int], None]


class World(msgspec.Struct, kw_only=True):
    """The shop as the server knows it: ids and keys. ``campaigns`` are ids by the number in the data."""

    application_id: int
    integration_key: str
    management_key: str
    names: dict[int, str]
    campaigns: dict[int, int]


def count_of_things(shop: Shop) -> int:
    """Count the things that ``create_world`` sets up one by one."""
    return len(shop.stores()) + len(promotions(shop.campaigns)) + len(shop.coupons) + len(shop.households)


async def create_world(shop: Shop, settings: Settings, now: datetime, advance: Advance) -> World:
    """Create everything that the baskets of the shop need. ``now`` is the real time: keys live by it.

    Raises:
        DemoError: the server refuses something.
    """
    world = await _open_application(settings, now)
    manager = _client(settings, f"ManagementKey-v1 {world.management_key}", shop)
    till = _client(settings, f"ApiKey-v1 {world.integration_key}", shop)
    application = f"/v1/applications/{world.application_id}"

    async def create_store(store: int) -> None:
        await manager.call("POST", f"{application}/stores", store_document(store))
        advance(1)

    async def create_coupon(coupon: Coupon) -> None:
        path = f"{application}/campaigns/{world.campaigns[coupon.campaign]}/coupons"
        await manager.call("POST", path, coupon_document(coupon))
        advance(1)

    async def create_profile(household: Household) -> None:
        path = f"/v2/customer_profiles/{profile_id(household.id)}"
        answer = await till.send("PUT", path, encode(profile_document(household)))
        if answer.status != 200:
            raise DemoError(f"`PUT {path}` was answered with {answer.status}: {answer.body.decode()}")
        advance(1)

    for document in attribute_documents():
        await manager.call("POST", "/v1/attributes", document)
    await for_each(shop.stores(), create_store, _AT_ONCE)
    for promotion in promotions(shop.campaigns):
        await _create_promotion(manager, application, promotion, world)
        advance(1)
    await for_each(shop.coupons, create_coupon, _AT_ONCE)
    await for_each(shop.households, create_profile, _PROFILES_AT_ONCE)
    manager.close()
    till.close()
    return world


async def _open_application(settings: Settings, now: datetime) -> World:
    visitor = Client(settings.host, settings.port)
    log_in = {"email": settings.admin_email, "password": settings.admin_password}
    token = (await visitor.call("POST", "/v1/sessions", log_in))["token"]
    visitor.close()
    admin = Client(settings.host, settings.port, Authorization=f"Bearer {token}")
    application_id = (await admin.call("POST", "/v1/applications", APPLICATION))["id"]
    expires = wire_time(now + _KEYS_LIVE)
    integration_key = {"title": "Tills", "expires": expires}
    path = f"/v1/applications/{application_id}/apikeys"
    management_key = {"name": "Demonstration", "expiryDate": expires, "endpoints": _EVERYTHING}
    world = World(
        application_id=application_id,
        integration_key=(await admin.call("POST", path, integration_key))["key"],
        management_key=(await admin.call("POST", "/v1/management_keys", management_key))["key"],
        names={},
        campaigns={},
    )
    admin.close()
    return world


def _client(settings: Settings, authorization: str, shop: Shop) -> Client:
    """Make a client whose clock is just before the first basket."""
    now = wire_time(opening_time(shop))
    return Client(settings.host, settings.port, Authorization=authorization, X_Tercel_Now=now)


async def _create_promotion(manager: Client, application: str, promotion: Promotion, world: World) -> None:
    campaign = await manager.call("POST", f"{application}/campaigns", promotion.document)
    path = f"{application}/campaigns/{campaign['id']}"
    await manager.call("POST", f"{path}/rulesets", promotion.ruleset)
    world.names[campaign["id"]] = promotion.document["name"]
    if promotion.key is not None:
        world.campaigns[promotion.key] = campaign["id"]
