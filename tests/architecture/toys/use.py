"""What a copy of the product answers about a noun that was added to it: run with the copy on the path and the address of an empty
database; writes JSON."""

import json
import sys
from pathlib import Path
from tempfile import mkdtemp

import httpx
import psycopg
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from tercel.database.tables.definitions import badges
from tercel.settings import load
from tests.support.server import client, make_management_key, serving, sign_in

dsn = sys.argv[1]
shape = {"shape": "square"} if "shape" in badges.c else {}


def use(management: httpx.Client) -> list[object]:
    """Lead a badge through its life."""
    new = {"name": "gold", **shape}
    made = management.post("/v1/badges", json=new)
    path = f"/v1/badges/{made.json()['id']}"
    management.post("/v1/badges", json={"name": "silver"})
    by = "shape" if shape else "name"
    return [
        made.status_code,
        {name: value for name, value in made.json().items() if name not in ("id", "created")},
        management.post("/v1/badges", json=new).json()["errors"][0]["source"]["pointer"],
        management.put(path, json={**new, "color": "red"}).json()["color"],
        management.put(path, json={"name": "silver"}).status_code,
        [
            each["name"]
            for each in management.get(
                "/v1/badges", params={"sort": "-name", by: new[by][:2], "pageSize": 1}
            ).json()["data"]
        ],
        management.get("/v1/badges", params={"sort": "nmae"}).status_code,
        management.get(path).status_code,
        management.delete(path).status_code,
        management.get(path).status_code,
    ]


# As the migration would.
with psycopg.connect(dsn) as connection:
    connection.execute(str(CreateTable(badges).compile(dialect=postgresql.dialect())))
with serving(dsn, load({"TERCEL_HOME": str(Path(mkdtemp()) / "home")})) as server:
    with client(server, f"Bearer {sign_in(server)}") as admin:
        key = make_management_key(admin)
    with client(server, f"ManagementKey-v1 {key}") as management:
        answers = use(management)
print(json.dumps(answers))  # behind what the server logs
