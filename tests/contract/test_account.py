"""What belongs to the account, through the published client: users, applications, definitions."""

import pytest
from talon_one import LoginParams, NewAdditionalCost, NewAttribute, NewStore
from talon_one.exceptions import (
    BadRequestException,
    ConflictException,
    NotFoundException,
    UnauthorizedException,
)

from tests.contract.client import (
    anonymous_client,
    integration_client,
    management_client,
    user_client,
)
from tests.contract.conftest import Shop
from tests.support.server import ADMIN_EMAIL, ADMIN_PASSWORD, Server, created


def test_a_user_logs_in_and_out(server: Server) -> None:
    session = anonymous_client(server.url).create_session(
        LoginParams(email=ADMIN_EMAIL, password=ADMIN_PASSWORD)
    )
    user = user_client(server.url, session.token)
    assert user.get_applications().total_result_size >= 0
    user.destroy_session()
    with pytest.raises(UnauthorizedException):
        user.get_applications()


def test_a_wrong_key_opens_nothing(server: Server) -> None:
    with pytest.raises(UnauthorizedException):
        integration_client(server.url, "0" * 64).get_customer_session("any")
    for connect in (management_client, user_client):
        with pytest.raises(UnauthorizedException):
            connect(server.url, "0" * 64).get_applications()


def test_applications_are_read(shop: Shop) -> None:
    application = shop.management.get_application(shop.id)
    assert (application.id, application.currency, application.case_sensitivity) == (
        shop.id,
        "EUR",
        "sensitive",
    )
    listed = shop.management.get_applications(page_size=1, sort="-id")
    assert (len(listed.data), listed.total_result_size >= 1) == (1, True)
    with pytest.raises(NotFoundException):
        shop.management.get_application(999_999_999)


def test_attributes_are_defined_and_changed(shop: Shop) -> None:
    name = f"colour_{shop.id}"
    attribute = NewAttribute(
        entity="CartItem", name=name, title="Colour", type="string", description="of the item",
        suggestions=["red", "blue"], editable=True, subscribedApplicationsIds=[shop.id],
    )  # fmt: skip
    made = shop.management.create_attribute(attribute)
    assert (made.name, made.suggestions, made.subscribed_applications_ids) == (
        name,
        ["red", "blue"],
        [shop.id],
    )
    assert shop.management.get_attribute(made.id) == made

    changed = shop.management.update_attribute(made.id, attribute.model_copy(update={"title": "Shade"}))
    assert (changed.id, changed.title) == (made.id, "Shade")

    found = shop.management.get_attributes(entity="CartItem", search=name)
    assert [each.name for each in found.data] == [name]
    with pytest.raises(ConflictException):
        shop.management.create_attribute(attribute)


def test_a_cost_is_defined_and_changed(shop: Shop) -> None:
    name = f"wrapping_{shop.id}"
    cost = NewAdditionalCost(
        name=name, title="Wrapping", description="", subscribedApplicationsIds=[shop.id], type="item"
    )
    made = shop.management.create_additional_cost(cost)
    assert (made.name, made.type) == (name, "item")
    assert shop.management.get_additional_cost(made.id).title == "Wrapping"
    changed = shop.management.update_additional_cost(made.id, cost.model_copy(update={"title": "Gift wrap"}))
    assert changed.title == "Gift wrap"
    assert made.id in {each.id for each in shop.management.get_additional_costs().data}


def test_event_types_are_listed(shop: Shop) -> None:
    name = f"visited_{shop.id}"
    shop.admin.post(
        "/v1/event_types", json={"title": "Visited", "name": name, "description": ""}
    ).raise_for_status()
    assert [each.name for each in shop.management.get_event_types(name=name).data] == [name]


def test_a_refusal_is_typed(shop: Shop) -> None:
    store = NewStore(name="North", description="", integrationId="north", attributes={"nonsense": 1})
    with pytest.raises(BadRequestException) as refused:
        shop.management.create_store(shop.id, store)
    problem = refused.value.data.errors[0]
    assert (problem.title, problem.source.pointer) == ("Unknown", "/attributes/nonsense")


def test_values_that_an_attribute_allows_come_from_a_file(shop: Shop) -> None:
    name = f"Region{shop.id}"
    new = NewAttribute(entity="Store", name=name, title=name, type="string", description="", suggestions=[],
                       restrictedBySuggestions=True, editable=True)  # fmt: skip
    attribute = shop.management.create_attribute(new)
    assert not attribute.has_allowed_list
    made = shop.management.import_allowed_list(attribute.id, up_file="item\nnorth\nsouth\n")
    assert (made.entity, made.amount) == ("AttributeAllowedList", 2)
    assert shop.management.get_attribute(attribute.id).has_allowed_list
    store = NewStore(name="North", description="", integrationId="north", attributes={name: "north"})
    assert shop.management.create_store(shop.id, store).attributes == {name: "north"}
    with pytest.raises(BadRequestException) as refused:
        shop.management.import_allowed_list(attribute.id, up_file="item\nnorth\nsouth,east\n")
    [error] = refused.value.data.errors
    assert (error.source.line, error.title) == ("3", "format")


def test_webhooks_are_read(shop: Shop) -> None:
    body = {"applicationIds": [shop.id], "title": f"Hook of {shop.id}", "draft": False, "verb": "PATCH",
            "url": "https://shop.example/${$who}", "headers": ["X-Who: ${$who}"], "payload": "${$who}",
            "params": [{"type": "string", "title": "Who", "ui": {}}], "enabled": True}  # fmt: skip
    made = created(shop.admin.post("/v1/webhooks", json=body))
    read = shop.management.get_webhook(made["id"])
    assert (read.id, read.verb, read.headers, read.payload) == (
        made["id"],
        "PATCH",
        ["X-Who: ${$who}"],
        "${$who}",
    )
    assert [each.title for each in read.params] == ["Who"]
    listed = shop.management.get_webhooks(title=body["title"], application_ids=str(shop.id), sort="-created")
    assert [each.id for each in listed.data] == [made["id"]]
    with pytest.raises(NotFoundException):
        shop.management.get_webhook(999_999_999)
