"""Webhooks over the wire, and what rules put into the outbox for them (behaviour/definitions 5; behaviour/effects 8)."""

import itertools
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from tests.support.contract import validate_answer
from tests.support.server import Server, created
from tests.support.shop import Shop, item, rule, short

Json = dict[str, Any]
UNKNOWN = 999_999_999
_numbers = itertools.count(1)


def parameter(title: str, kind: str = "string", **fields: Any) -> Json:
    return {"type": kind, "title": title, "ui": {}, **fields}


def body(**fields: Any) -> Json:
    return {
        "applicationIds": [],
        "title": f"Hook {next(_numbers)}",
        "draft": False,
        "verb": "POST",
        "url": "https://shop.example/hooks",
        "headers": ["Content-Type: application/json"],
        "payload": '{"message": "${$message}"}',
        "params": [parameter("Message")],
        "enabled": True,
        **fields,
    }


def define(management: httpx.Client, **fields: Any) -> Json:
    return created(management.post("/v1/webhooks", json=body(**fields)))


def sent(server: Server, application_id: int) -> list[Json]:
    """What waits in the outbox of an application."""
    statement = "SELECT payload FROM outbox WHERE application_id = %s AND kind = 'webhook' ORDER BY id"
    with psycopg.connect(server.dsn, row_factory=dict_row) as connection:
        return [row["payload"] for row in connection.execute(statement, [application_id])]


def test_a_webhook_lives_through_its_operations(management: httpx.Client, application: Json) -> None:
    sent_body = body(description="To the warehouse", applicationIds=[application["id"]])
    made = created(management.post("/v1/webhooks", json=sent_body))
    assert {name: made[name] for name in sent_body} == sent_body
    path = f"/v1/webhooks/{made['id']}"
    read = management.get(path).json()
    validate_answer(read, "getWebhook", 200)
    assert read == made
    changed = management.put(path, json={**sent_body, "verb": "DELETE", "draft": True}).json()
    assert changed == {**made, "verb": "DELETE", "draft": True, "modified": changed["modified"]}
    assert changed["modified"] > made["modified"]
    listed = management.get("/v1/webhooks", params={"sort": "-id"}).json()
    validate_answer(listed, "getWebhooks", 200)
    assert listed["data"][0] == changed
    assert listed["totalResultSize"] == len(listed["data"])
    assert management.delete(path).status_code == 204
    assert management.get(path).status_code == 404


def test_lists_are_filtered(management: httpx.Client, application: Json) -> None:
    mark = f"Filtered {next(_numbers)}"
    everywhere = define(management, title=f"{mark} everywhere")["id"]
    here = define(management, title=f"{mark} here", applicationIds=[application["id"]], enabled=False)["id"]

    def ids(**query: Any) -> list[int]:
        answer = management.get("/v1/webhooks", params={"title": mark.lower(), **query})
        return [webhook["id"] for webhook in answer.json()["data"]]

    assert ids() == [everywhere, here]
    assert ids(applicationIds=f"{application['id']},{UNKNOWN}") == [everywhere, here]
    assert ids(applicationIds=str(UNKNOWN)) == [everywhere]
    assert ids(visibility="visible") == [everywhere]
    assert ids(visibility="hidden") == [here]
    assert ids(creationType="webhooks") == [everywhere, here]
    assert ids(creationType="templateWebhooks") == []
    assert ids(outgoingIntegrationsTypeId=1) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "http://hooks.example:8080/${$message}?q=${$Session.IntegrationId}"},
        {"url": "https://${$message}.shop.example"},
        {"headers": []},
        {"headers": ['{"Authorization": "Basic eA=="}', "X-Empty:"]},
        {"headers": ["X-Who: ${$Profile.IntegrationId}", "X-When: ${Now}"]},
        {"payload": ""},
        {"payload": "${message}", "params": [parameter("?", key="message")]},
        {"payload": "${$param_0} ${$param_1}", "params": [parameter(" "), parameter("param_0")]},
        {"payload": "${$a_b} ${$param_1}", "params": [parameter("A B"), parameter("a b")]},
    ],
)
def test_webhooks_that_are_fine(management: httpx.Client, fields: Json) -> None:
    made = define(management, **({"payload": "x", "params": [parameter("Message")]} | fields))
    assert {name: made[name] for name in fields} == fields


@pytest.mark.parametrize(
    ("fields", "title", "pointer"),
    [
        ({"url": "shop.example/hooks"}, "format", "/url"),
        ({"url": "ftp://shop.example"}, "format", "/url"),
        ({"url": "https://"}, "format", "/url"),
        ({"url": "https://shop.example:port/"}, "format", "/url"),
        ({"url": "https://user:secret@shop.example/"}, "format", "/url"),
        ({"url": "https://shop.example/a b"}, "format", "/url"),
        ({"url": "https://shop.example/\n"}, "format", "/url"),
        ({"url": "${$message}"}, "format", "/url"),
        ({"url": "https://shop.example/${$nobody}"}, "Unknown", "/url"),
        ({"url": "https://shop.example/" + "a" * 4000}, "maxLength", "/url"),
        ({"url": "http://localhost:8080/"}, "private", "/url"),
        ({"url": "http://127.0.0.1/"}, "private", "/url"),
        ({"url": "http://127.1/"}, "private", "/url"),
        ({"url": "http://0x7f000001/"}, "private", "/url"),
        ({"url": "http://2130706433/"}, "private", "/url"),
        ({"url": "http://169.254.169.254/latest"}, "private", "/url"),
        ({"url": "http://10.1.2.3/"}, "private", "/url"),
        ({"url": "http://[::1]/"}, "private", "/url"),
        ({"url": "http://[::ffff:192.168.0.1]/"}, "private", "/url"),
        ({"url": "http://[fe80::1]/"}, "private", "/url"),
        ({"headers": ["host: shop.example"]}, "reserved", "/headers/0"),
        ({"headers": ["X-A: 1", "Content-Length: 5"]}, "reserved", "/headers/1"),
        ({"headers": ['{"Transfer-Encoding": "chunked"}']}, "reserved", "/headers/0"),
        ({"headers": ["X-A: 1", "no header"]}, "format", "/headers/1"),
        ({"headers": ["X A: 1"]}, "format", "/headers/0"),
        ({"headers": ["X-A: 1\r\nX-B: 2"]}, "format", "/headers/0"),
        ({"headers": ['{"X-A": "1", "X-B": "2"}']}, "format", "/headers/0"),
        ({"headers": ['{"X-A": 1}']}, "format", "/headers/0"),
        ({"headers": ['{"X-A"']}, "format", "/headers/0"),
        ({"headers": ["X-A: ${$nobody}"]}, "Unknown", "/headers/0"),
        ({"payload": "${$Session}"}, "Unknown", "/payload"),
        ({"payload": "${$Shop.Name}"}, "Unknown", "/payload"),
        ({"payload": "a\0"}, "pattern", "/payload"),
        ({"verb": "HEAD"}, "enum", "/verb"),
        ({"title": "1"}, "pattern", "/title"),
        ({"params": [parameter("Message", "text")]}, "enum", "/params/0/type"),
        ({"params": [{"type": "string", "title": "Message"}]}, "required", "/params/0/ui"),
        ({"applicationIds": [UNKNOWN]}, "Unknown", "/applicationIds/0"),
        ({"authenticationId": 1}, "Unknown", "/authenticationId"),
    ],
)
def test_bad_webhooks_are_refused(management: httpx.Client, fields: Json, title: str, pointer: str) -> None:
    answer = management.post("/v1/webhooks", json=body(**fields))
    assert answer.status_code == 400, answer.text
    (problem,) = answer.json()["errors"]
    assert (problem["title"], problem["source"]) == (title, {"pointer": pointer})


def test_unknown_webhooks_are_not_found(management: httpx.Client) -> None:
    path = f"/v1/webhooks/{UNKNOWN}"
    answers = [management.get(path), management.put(path, json=body()), management.delete(path)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_a_rule_sends_a_request_with_values_of_now(shop: Shop, server: Server) -> None:
    webhook = define(
        shop.management,
        verb="PUT",
        url="https://shop.example/${$who}?of=${$Session.IntegrationId}",
        headers=["Content-Type: application/json", '{"X-Who": "${$who}"}'],
        payload='{"who": "${$who}", "total": ${$total}, "said": ${$said}}',
        params=[parameter("Who"), parameter("Total", "number"), parameter("Said", "(list string)")],
    )
    values = ["kv", ["who", 'a/b "c"'], ["total", [".", "Session", "Total"]], ["said", ["list", "x"]]]
    shop.campaign(rule(["triggerWebhook", webhook["id"], values]))
    dry = shop.update("s 1", query="?dry=true", cartItems=[item("A", 10)])
    effect = ("triggerWebhook", {"webhookId": webhook["id"], "webhookName": webhook["title"]})
    assert short(dry) == [effect]
    assert sent(server, shop.application["id"]) == []
    answer = shop.update("s 1", "event", cartItems=[item("A", 10)])
    assert short(answer) == [effect]
    assert sent(server, shop.application["id"]) == [
        {
            "webhookId": webhook["id"],
            "verb": "PUT",
            "url": "https://shop.example/a%2Fb%20%22c%22?of=s%201",
            "headers": [["Content-Type", "application/json"], ["X-Who", 'a/b "c"']],
            "payload": '{"who": "a/b \\"c\\"", "total": 10, "said": ["x"]}',
            "eventId": answer["event"]["id"],
        }
    ]


def test_events_and_profiles_send_too(shop: Shop, server: Server) -> None:
    webhook = define(shop.management, verb="GET", payload="", params=[])
    shop.campaign(rule(["callApi", webhook["id"]]))
    profile = f"/v2/customer_profiles/{shop.ann}?runRuleEngine=true"
    answer = shop.integration.put(profile, json={"responseContent": ["customerProfile"]})
    assert [kind for kind, _ in short(answer.json())] == ["triggerWebhook"]
    kind = f"webhook_event_{shop.application['id']}"
    created(shop.management.post("/v1/event_types", json={"name": kind, "title": kind}))
    answer = shop.integration.post("/v2/events", json={"profileId": shop.ann, "type": kind, "attributes": {}})
    assert answer.status_code == 204, answer.text
    assert [(each["verb"], each["payload"]) for each in sent(server, shop.application["id"])] == [
        ("GET", None),
        ("GET", None),
    ]


def test_a_return_sends_what_its_evaluation_adds_and_repeats_nothing(shop: Shop, server: Server) -> None:
    webhook = define(shop.management, verb="GET", payload="", params=[])
    limits = [{"action": "callApi", "limit": 1, "entities": []}]
    shop.campaign(
        rule(["setDiscount", "off", 1]),
        rule(["callApi", webhook["id"]]),
        limits=limits,
        reevaluateOnReturn=True,
    )
    for name in ("first", "second"):
        shop.update(name, state="closed", cartItems=[item("A", 10, 3)])
    one = [{"position": 0, "quantity": 1}]
    assert short(shop.returned("first", one, query="?runRuleEngine=true")) == []
    assert len(sent(server, shop.application["id"])) == 1
    shop.update("first", state="cancelled")
    again = shop.returned("second", one, query="?runRuleEngine=true")
    assert [kind for kind, _ in short(again)] == ["triggerWebhook"]
    assert len(sent(server, shop.application["id"])) == 2


@pytest.mark.parametrize(
    ("payload", "headers"),
    [
        ("${$message}", []),
        (" ${$message}\n", []),
        ("x", ["X-A: ${$lines}"]),
        ("${$Profile.IntegrationId}", []),
    ],
)
def test_a_request_that_cannot_be_made_fails_its_rule(
    shop: Shop, server: Server, payload: str, headers: list[str]
) -> None:
    parameters = [parameter("Message"), parameter("Lines")]
    webhook = define(shop.management, payload=payload, headers=headers, params=parameters)
    trigger = ["triggerWebhook", webhook["id"], ["kv", ["message", " "], ["lines", "a\r\nb"]]]
    shop.campaign(rule(["setDiscount", "d", 1], trigger))
    assert shop.update("s", cartItems=[item("A", 10)])["effects"] == []
    assert sent(server, shop.application["id"]) == []


def test_a_budget_bounds_the_calls(shop: Shop, server: Server) -> None:
    webhook = define(shop.management, payload="", params=[])
    limits = [{"action": "callApi", "limit": 1, "entities": []}]
    campaign = shop.campaign(rule(["triggerWebhook", webhook["id"]]), limits=limits)
    first, second = (shop.update(name, state="closed", cartItems=[item("A", 10)]) for name in "ab")
    assert [len(answer["effects"]) for answer in (first, second)] == [1, 0]
    assert shop.budgets(campaign) == {"callApi": 1}
    assert len(sent(server, shop.application["id"])) == 1


def test_changes_reach_the_engine_at_once(shop: Shop) -> None:
    webhook = define(shop.management, payload="", params=[])
    path = f"/v1/webhooks/{webhook['id']}"
    shop.campaign(rule(["triggerWebhook", webhook["id"]]))
    changes: list[tuple[Json, int]] = [
        ({}, 1),
        ({"draft": True}, 0),
        ({"enabled": False}, 1),
        ({"title": "Renamed"}, 1),
    ]
    for fields, count in changes:
        changed = shop.management.put(path, json={**body(payload="", params=[]), **fields})
        assert changed.status_code == 200, changed.text
        effects = short(shop.update("s", cartItems=[item("A", 10)]))
        assert len(effects) == count
    assert effects == [("triggerWebhook", {"webhookId": webhook["id"], "webhookName": "Renamed"})]
    assert shop.management.delete(path).status_code == 204
    assert shop.update("s", cartItems=[item("A", 10)])["effects"] == []


def test_rules_name_only_webhooks_they_may_use(shop: Shop, application: Json) -> None:
    other = created(
        shop.management.post(
            "/v1/applications", json={"name": f"Other {next(_numbers)}", "timezone": "UTC", "currency": "EUR"}
        )
    )
    path = f"{shop.path}/campaigns/{shop.campaign()['id']}/rulesets"
    refused = [
        UNKNOWN,
        define(shop.management, draft=True)["id"],
        define(shop.management, applicationIds=[other["id"]])["id"],
        define(shop.management)["title"],
    ]
    for webhook in refused:
        rules = [rule(["triggerWebhook", webhook, ["kv"]])]
        answer = shop.management.post(path, json={"rules": rules, "bindings": []})
        assert answer.status_code == 400
        (problem,) = answer.json()["errors"]
        assert problem["source"]["pointer"].startswith("/rules/0/effects/0")
    rules = [rule(["triggerWebhook", define(shop.management, applicationIds=[application["id"]])["id"]])]
    created(shop.management.post(path, json={"rules": rules, "bindings": []}))


def test_blocks_show_the_title(shop: Shop) -> None:
    webhook = define(shop.management)
    path = f"{shop.path}/campaigns/{shop.campaign()['id']}/rulesets"
    rules = [rule(["triggerWebhook", webhook["id"], ["kv", ["message", "x"]]])]
    made = created(shop.management.post(path, json={"rules": rules, "bindings": []}))
    v2 = f"{shop.path.replace('/v1/', '/v2/')}/{path.removeprefix(shop.path + '/')}/{made['id']}"
    blocks = str(shop.management.get(v2).json())
    assert webhook["title"] in blocks
