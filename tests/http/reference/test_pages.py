"""The pages for people: complete without the internet, and harmless."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import cast

import httpx
import pytest

from tercel.database.engine import Database
from tercel.database.readiness import Readiness
from tercel.http.kernel.call import Call
from tercel.http.reference import pages

FILES = {
    "page.css": "text/css",
    "docs.css": "text/css",
    "docs.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
}
PAGES = ["/", "/docs"]
_LOADED = re.compile(r"(?:url\(\s*[\"']?|@import\s+[\"']?)([^\"')]+)")


class Page(HTMLParser):
    """What a page refers to, and the scripts and styles that stand in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.references: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.references += [value for name in ("href", "src") if (value := given.get(name))]
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_refers_to_nothing_but_this_server(path: str, api: httpx.Client) -> None:
    answer = api.get(path).raise_for_status()
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = Page(answer.text)
    assert page.references
    assert [reference for reference in page.references if not reference.startswith("/")] == []
    assert [reference for reference in page.references if reference.startswith("//")] == []
    assert page.inline == []
    for reference in page.references:
        api.get(reference).raise_for_status()


@pytest.mark.parametrize(("name", "kind"), FILES.items(), ids=FILES)
def test_a_file_of_the_pages_is_served_as_what_it_is(name: str, kind: str, api: httpx.Client) -> None:
    answer = api.get(f"/docs/{name}").raise_for_status()
    assert answer.headers["content-type"].partition(";")[0] == kind
    assert answer.headers.get_list("cache-control") == ["max-age=3600"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    if kind == "text/css":
        elsewhere = [each for each in _LOADED.findall(answer.text) if not each.startswith(("data:", "#"))]
        assert elsewhere == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_load_nothing_from_elsewhere(path: str, api: httpx.Client) -> None:
    headers = api.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    assert "script-src" not in policy
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_reference_asks_no_validator_elsewhere(api: httpx.Client) -> None:
    script = api.get("/docs/docs.js").text
    assert "validatorUrl: null" in script
    assert "http://" not in script
    assert "https://" not in script


def test_the_home_page_says_the_version_and_that_the_server_is_ready(api: httpx.Client) -> None:
    answer = api.get("/")
    assert api.get("/healthz").json()["version"] in answer.text
    assert "Ready: the database answers" in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["index.html", "swagger-ui.js", "..%2f..%2fpages.py", "__init__.py", "%00"])
def test_no_other_file_is_served(name: str, api: httpx.Client) -> None:
    assert api.get(f"/docs/{name}").status_code in {400, 404}


def test_serving_the_reference_imports_no_other_framework() -> None:
    program = (
        "import sys, tercel.main; from tercel.http.reference import pages;"
        " pages._swagger_ui('swagger-ui.css'); print([name for name in ('flask', 'flask_swagger_ui', 'werkzeug')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.anyio
async def test_the_home_page_says_why_the_server_is_not_ready(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute("UPDATE alembic_version SET version_num = '9999'")
        await connection.commit()
    readiness = Readiness(database)
    call = cast("Call[None, None]", SimpleNamespace(services=SimpleNamespace(readiness=readiness)))
    page = (await pages.get_home_page(call)).content.decode()
    assert "Not ready: the database has another schema: run `tercel migrate`." in page
    assert 'class="state unready"' in page
    await readiness.close()
