"""The audit of dependencies tells apart: nothing known, something known, and could not ask. And what is locked is pinned."""

from __future__ import annotations

import json
import re
import shutil
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution

import pytest

from tests.architecture.sources import ROOT
from tests.security.audit import Verdict, audit, main

_LOCK = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
_UV = shutil.which("uv")
_ADVISORY = "GHSA-0000-0000-0000"


@contextmanager
def advisories(vulnerable: str | None) -> Iterator[str]:
    """An advisory service that knows of one vulnerable package, or of none; its address."""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            known = {"vulns": [{"id": _ADVISORY, "modified": "2026-01-01T00:00:00Z"}]}
            self._say({"results": [known if each["package"]["name"] == vulnerable else {} for each in asked]})

        def do_GET(self) -> None:
            affected = {"package": {"ecosystem": "PyPI", "name": vulnerable}, "ranges": []}
            advisory = {"id": _ADVISORY, "modified": "2026-01-01T00:00:00Z", "summary": "made up"}
            self._say({**advisory, "affected": [affected]})

        def _say(self, body: object) -> None:
            content = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def uv() -> str:
    own = ROOT / ".uv-bootstrap" / "bin" / "uv"
    found = _UV or (str(own) if own.exists() else None)
    assert found is not None, "uv runs these tests, so it must be somewhere"
    return found


@pytest.mark.parametrize(
    ("vulnerable", "verdict", "status"), [(None, Verdict.CLEAN, 0), ("msgspec", Verdict.VULNERABLE, 1)]
)
def test_what_the_service_knows_decides(
    uv: str, vulnerable: str | None, verdict: Verdict, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with advisories(vulnerable) as service:
        found, said = audit(uv, service)
        assert found is verdict, said
        assert (_ADVISORY in said) == (vulnerable is not None)
        assert main([uv, service]) == status
    assert verdict.value in "".join(capsys.readouterr())


def test_a_service_that_cannot_be_asked_is_told_loudly_and_fails_nothing(
    uv: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([uv, "http://127.0.0.1:1"]) == 0
    assert "NOT AUDITED" in capsys.readouterr().err


def test_whatever_is_installed_must_have_the_hash_in_the_lock_file() -> None:
    packages = [package for package in _LOCK["package"] if "registry" in package["source"]]
    assert len(packages) > 50
    files = [
        file for package in packages for file in [package.get("sdist"), *package.get("wheels", [])] if file
    ]
    assert [
        file["url"] for file in files if not re.fullmatch(r"sha256:[0-9a-f]{64}", file.get("hash", ""))
    ] == []
    assert [
        package["name"] for package in packages if not package.get("wheels") and not package.get("sdist")
    ] == []
    others = {package["name"] for package in _LOCK["package"]} - {package["name"] for package in packages}
    assert others == {"tercel"}


#: What a product under the MIT licence may be delivered with.
_PERMISSIVE = re.compile(
    r"\b(MIT|BSD|Apache|PSF|Python|ISC|LGPL|MPL|PostgreSQL|Unlicense|0BSD|CC0)\b", re.IGNORECASE
)


def _delivered() -> list[str]:
    """Tercel's dependencies and theirs, as the lock file has them for this platform."""
    packages = {package["name"]: package for package in _LOCK["package"]}
    found: dict[str, None] = {}
    waiting = ["tercel"]
    while waiting:
        for dependency in packages[waiting.pop()].get("dependencies", []):
            if dependency["name"] not in found and "win32" not in dependency.get("marker", ""):
                found[dependency["name"]] = None
                waiting.append(dependency["name"])
    return sorted(found)


def _licence(name: str) -> str:
    metadata = distribution(name).metadata
    classifiers = [line for line in metadata.get_all("Classifier") or [] if line.startswith("License")]
    return " ".join(
        [metadata.get("License-Expression") or "", (metadata.get("License") or "")[:300], *classifiers]
    )


@pytest.mark.parametrize("name", _delivered())
def test_what_is_delivered_with_it_has_a_licence_that_allows_that(name: str) -> None:
    licence = _licence(name)
    assert _PERMISSIVE.search(licence), licence
    assert not re.search(r"(?<!L)GPL|AGPL", licence.replace("LGPL", "L")), licence
