"""Evaluation groups over the wire: their life, their places, what is refused, and the tree as a document (behaviour/groups 1, 6)."""

from typing import Any

import httpx
import pytest

from tercel.base.limits import GROUP_DEPTH_MAX, GROUPS_PER_APPLICATION_MAX
from tests.http.management.campaigns import make_campaign
from tests.support.contract import validate
from tests.support.server import created


class Groups:
    """The groups of an application."""

    def __init__(self, management: httpx.Client, application: dict[str, Any]) -> None:
        self.management = management
        self.application = application
        path = f"/v1/applications/{application['id']}"
        self.all, self.set = f"{path}/evaluation_groups", f"{path}/campaign_set"
        self.campaigns = f"{path}/campaigns"
        (self.base,) = management.get(self.all).json()["data"]

    def body(self, parent: int | None = None, **fields: Any) -> dict[str, Any]:
        return {
            "name": "Best",
            "parentId": parent or self.base["id"],
            "evaluationMode": "highestDiscount",
            "evaluationScope": "session",
            "locked": False,
            **fields,
        }

    def make(self, parent: int | None = None, **fields: Any) -> dict[str, Any]:
        return created(self.management.post(self.all, json=self.body(parent, **fields)))

    def put(self, group: dict[str, Any], **fields: Any) -> httpx.Response:
        body = {name: value for name, value in group.items() if name not in {"id", "applicationId"}}
        return self.management.put(f"{self.all}/{group['id']}", json={**body, **fields})

    def campaign(self, **fields: Any) -> int:
        return int(make_campaign(self.management, self.application, **fields)["id"])

    def move(self, campaign: int, group: int) -> httpx.Response:
        body = {"name": "c", "tags": [], "features": [], "limits": [], "evaluationGroupId": group}
        return self.management.put(f"{self.campaigns}/{campaign}", json=body)

    def delete(self, group: dict[str, Any]) -> httpx.Response:
        return self.management.delete(f"{self.all}/{group['id']}")

    def read_set(self) -> dict[str, Any]:
        return dict(self.management.get(self.set).json())

    def write_set(self, tree: dict[str, Any], **fields: Any) -> httpx.Response:
        body = {"applicationId": self.application["id"], "set": tree, **fields}
        return self.management.put(self.set, json=body)

    def shape(self) -> Any:
        return shape(self.read_set()["set"])


@pytest.fixture
def groups(management: httpx.Client, application: dict[str, Any]) -> Groups:
    return Groups(management, application)


def shape(node: dict[str, Any]) -> Any:
    """A tree as campaign ids and (group id, members)."""
    if node["type"] == "CAMPAIGN":
        return node["campaignId"]
    return node["groupId"], [shape(each) for each in node["elements"]]


def branch(*elements: Any, **fields: Any) -> dict[str, Any]:
    """A group in a tree; numbers are campaigns."""
    nodes = [{"type": "CAMPAIGN", "campaignId": each} if isinstance(each, int) else each for each in elements]
    return {"type": "SET", "name": "new", "operator": "ALL", "elements": nodes, **fields}


def test_a_group_lives_through_its_operations(groups: Groups, management: httpx.Client) -> None:
    made = groups.make(description="one of them")
    validate(made, "CampaignEvaluationGroup")
    path = f"{groups.all}/{made['id']}"
    assert management.get(path).json() == made
    changed = groups.put(made, name="First", evaluationMode="listOrder").json()
    assert changed == {**made, "name": "First", "evaluationMode": "listOrder"}
    listed = management.get(groups.all, params={"sort": "-id"}).json()
    assert (listed["totalResultSize"], listed["data"]) == (2, [changed, groups.base])
    assert groups.delete(changed).status_code == 204
    assert management.get(path).status_code == 404
    assert groups.put(changed).status_code == 404


def test_the_base_group_stays(groups: Groups) -> None:
    assert "parentId" not in groups.base
    assert groups.put(groups.base, evaluationMode="listOrder").json()["evaluationMode"] == "listOrder"
    assert groups.put(groups.base, parentId=groups.base["id"]).status_code == 400
    assert groups.put(groups.base, evaluationScope="cartItem").status_code == 400
    assert groups.delete(groups.base).status_code == 400


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"parentId": 999_999_999}, "/parentId"),
        ({"parentId": 10**30}, "/parentId"),
        ({"name": ""}, "/name"),
        ({"evaluationMode": "best"}, "/evaluationMode"),
        ({"evaluationScope": "cart"}, "/evaluationScope"),
    ],
)
def test_bad_groups_are_refused(groups: Groups, fields: dict[str, Any], pointer: str) -> None:
    answer = groups.management.post(groups.all, json=groups.body(**fields))
    assert answer.status_code == 400
    (problem,) = answer.json()["errors"]
    assert problem["source"] == {"pointer": pointer}


def test_groups_stand_so_deep_and_no_deeper(groups: Groups) -> None:
    path = [groups.base]
    for _ in range(GROUP_DEPTH_MAX):
        path.append(groups.make(path[-1]["id"]))
    too_deep = groups.management.post(groups.all, json=groups.body(path[-1]["id"]))
    assert (too_deep.status_code, too_deep.json()["errors"][0]["title"]) == (400, "maximum")
    other = groups.make()
    assert groups.put(path[1], parentId=other["id"]).status_code == 400
    assert groups.put(path[1], parentId=path[-1]["id"]).status_code == 400
    assert groups.put(path[-1], parentId=other["id"]).json()["parentId"] == other["id"]


def test_an_application_has_so_many_groups_and_no_more(groups: Groups) -> None:
    many = [branch() for _ in range(GROUPS_PER_APPLICATION_MAX)]
    assert groups.write_set(branch(*many, branch())).status_code == 400
    assert groups.write_set(branch(*many)).status_code == 200
    assert groups.management.post(groups.all, json=groups.body()).status_code == 400


def test_deleting_moves_members_to_the_parent(groups: Groups) -> None:
    first, last = groups.campaign(), None
    group = groups.make()
    inner = groups.make(group["id"])
    members = [groups.campaign(evaluationGroupId=group["id"]) for _ in range(2)]
    last = groups.campaign()
    base = groups.base["id"]
    assert groups.shape() == (base, [first, (group["id"], [(inner["id"], []), *members]), last])
    groups.delete(group)
    assert groups.shape() == (base, [first, (inner["id"], []), *members, last])


def test_new_campaigns_join_the_base_group_when_theirs_is_deleted(groups: Groups) -> None:
    group = groups.make()
    path = f"/v1/applications/{groups.application['id']}"
    application = groups.management.get(path).json()
    body = {name: application[name] for name in ("name", "timezone", "currency")}
    changed = groups.management.put(path, json={**body, "defaultEvaluationGroupId": group["id"]})
    assert changed.status_code == 200, changed.text
    groups.delete(group)
    campaign = groups.campaign()
    assert groups.shape() == (groups.base["id"], [campaign])


def test_campaigns_and_groups_agree_about_items(groups: Groups) -> None:
    by_item = groups.make(evaluationScope="cartItem")
    by_session = groups.make()
    item, plain = groups.campaign(type="cartItem"), groups.campaign()
    assert groups.move(plain, by_item["id"]).status_code == 400
    assert groups.move(item, by_session["id"]).status_code == 400
    assert groups.move(item, by_item["id"]).status_code == 200
    assert groups.put(by_item, evaluationScope="session").status_code == 400
    inside = groups.management.post(groups.all, json=groups.body(by_item["id"]))
    assert inside.json()["errors"][0]["source"] == {"pointer": "/evaluationScope"}
    assert groups.delete(by_item).status_code == 204  # the base group takes both


def test_a_group_whose_members_do_not_fit_its_parent_stays(groups: Groups) -> None:
    outer = groups.make()
    inner = groups.make(outer["id"], evaluationScope="cartItem")
    groups.campaign(type="cartItem", evaluationGroupId=inner["id"])
    assert groups.delete(inner).status_code == 400


def test_locked_groups_keep_settings_and_members(groups: Groups) -> None:
    open_group = groups.make()
    locked = groups.make(name="Locked")
    campaign = groups.campaign(evaluationGroupId=locked["id"])
    inner = groups.make(locked["id"])
    locked = groups.put(locked, locked=True).json()
    refused = [
        groups.put(locked, name="other"),
        groups.delete(locked),
        groups.delete(inner),
        groups.move(campaign, open_group["id"]),
        groups.move(groups.campaign(), locked["id"]),
        groups.put(inner, parentId=open_group["id"]),
        groups.put(open_group, parentId=locked["id"]),
        groups.management.post(groups.all, json=groups.body(locked["id"])),
    ]
    assert [answer.status_code for answer in refused] == [400] * len(refused)
    assert groups.put(locked, locked=False, name="other").json()["name"] == "other"


def test_the_set_is_the_tree(groups: Groups) -> None:
    group = groups.make(evaluationMode="listOrder")
    one, two = groups.campaign(), groups.campaign(evaluationGroupId=group["id"])
    groups.campaign(state="archived")
    answer = groups.read_set()
    validate(answer, "CampaignSet")
    assert answer["id"] == groups.base["id"]
    assert shape(answer["set"]) == (groups.base["id"], [(group["id"], [two]), one])
    assert [node.get("operator") for node in answer["set"]["elements"]] == ["FIRST", None]


def test_the_set_is_replaced(groups: Groups) -> None:
    kept, dropped = groups.make(), groups.make()
    one, two, three = groups.campaign(), groups.campaign(), groups.campaign(evaluationGroupId=dropped["id"])
    tree = branch(
        three,
        branch(two, branch(one, name="inner"), operator="FIRST", groupId=kept["id"]),
        name="Base",
        groupId=groups.base["id"],
    )
    version = groups.read_set()["version"]
    answer = groups.write_set(tree, version=version)
    assert answer.status_code == 200, answer.text
    base_id, (first, (group_id, (second, (inner_id, inner)))) = shape(answer.json()["set"])
    assert (base_id, first, group_id, second, inner) == (groups.base["id"], three, kept["id"], two, [one])
    listed = {group["id"]: group for group in groups.management.get(groups.all).json()["data"]}
    assert set(listed) == {groups.base["id"], kept["id"], inner_id}
    assert listed[kept["id"]]["evaluationMode"] == "listOrder"
    assert (listed[inner_id]["name"], listed[inner_id]["evaluationMode"]) == ("inner", "stackable")
    assert groups.write_set(tree, version=version).status_code == 409
    assert groups.write_set(answer.json()["set"], version=answer.json()["version"]).json() == answer.json()


def test_sets_of_the_wrong_shape_are_refused(groups: Groups) -> None:
    one, item = groups.campaign(), groups.campaign(type="cartItem")
    archived = groups.campaign(state="archived")
    locked = groups.make(locked=True)
    best = branch(groupId=locked["id"], locked=True)
    deep = branch(branch(branch(branch())))
    cases: list[tuple[dict[str, Any], str]] = [
        (branch(one, one, item, best), "/set/elements/1/campaignId"),
        (branch(one, item, archived), "/set/elements/2/campaignId"),
        (branch(one, branch(item)), "/set/elements/1/elements/0/campaignId"),
        (branch(item), "/set"),
        (branch(one, item), "/set"),
        (branch(one, item, best), "/set/elements/2"),
        (branch(one, item, deep), "/set/elements/2/elements/0/elements/0"),
        (branch(one, item, branch(groupId=999_999_999)), "/set/elements/2/groupId"),
        (branch(one, item, evaluationScope="cartItem"), "/set/evaluationScope"),
        (branch(one, item, groupId=locked["id"]), "/set/groupId"),
        (
            branch(one, item, branch(branch(evaluationScope="session"), evaluationScope="cartItem")),
            "/set/elements/2/elements/0/evaluationScope",
        ),
    ]
    for tree, pointer in cases:
        answer = groups.write_set(tree)
        assert answer.status_code == 400, tree
        assert pointer in [problem["source"].get("pointer") for problem in answer.json()["errors"]], (
            answer.text
        )
    assert groups.write_set(branch(one, item), applicationId=999).status_code == 400
