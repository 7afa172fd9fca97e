"""Pages for people: what this server is, at ``/``, and the reference of both APIs, at ``/docs``.

The reference is drawn by Swagger UI. Its files come with a package that is never imported: only they are read, at the
first request for them.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from importlib import resources
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from string import Template

from tercel.base.errors import NotFoundError, TercelError
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.call import Call
from tercel.http.kernel.operation import Access, Operations

api = Operations("", "", Access.PUBLIC)
_HTML = "text/html; charset=utf-8"
_CSS = "text/css; charset=utf-8"
_JAVASCRIPT = "text/javascript; charset=utf-8"
#: The pages load nothing from elsewhere and run no script that stands in a page. Swagger UI writes styles into its elements.
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_PAGE = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}
_KEPT = {**_PAGE, "Cache-Control": "max-age=3600"}
_OWN = {"page.css": _CSS, "docs.css": _CSS, "docs.js": _JAVASCRIPT, "icon.svg": "image/svg+xml"}
_SWAGGER_UI = {"swagger-ui.css": _CSS, "swagger-ui-bundle.js": _JAVASCRIPT}


@api.get("getHomePage", "/")
async def get_home_page(call: Call) -> Raw[None]:
    """Show what this server is, whether it can work, and where everything is."""
    try:
        await call.services.readiness.check()
        state, sentence = "ready", "Ready: the database answers and has the schema of this version."
    except TercelError as error:
        state, sentence = "unready", f"Not ready: {error}."
    page = Template(_own("home.html").decode())
    html = page.substitute(version=escape(version("tercel")), state=state, sentence=escape(sentence))
    return Raw(html.encode(), _HTML, headers=_PAGE)


@api.get("getReferencePage", "/docs")
async def get_reference_page(call: Call) -> Raw[None]:  # the same for every request
    """Show the reference of both APIs."""
    return Raw(_own("docs.html"), _HTML, headers=_KEPT)


@api.get("getReferenceFile", "/docs/{file}")
async def get_reference_file(call: Call) -> Raw[None]:
    """Get a file that the pages need."""
    name = call.path["file"]
    if name in _OWN:
        return Raw(_own(name), _OWN[name], headers=_KEPT)
    if name in _SWAGGER_UI:
        return Raw(_swagger_ui(name), _SWAGGER_UI[name], headers=_KEPT)
    raise NotFoundError(f"the pages have no file `{name}`")


@lru_cache
def _own(name: str) -> bytes:
    return (resources.files(__package__) / "static" / name).read_bytes()


@lru_cache
def _swagger_ui(name: str) -> bytes:
    spec = find_spec("flask_swagger_ui")
    assert spec is not None, "it is one of the dependencies"
    assert spec.origin is not None, "it is a package"
    return (Path(spec.origin).parent / "dist" / name).read_bytes()
