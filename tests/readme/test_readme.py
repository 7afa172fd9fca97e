"""A stranger without uv follows README.md from its first command to its last, beside the demonstration."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.architecture.sources import ROOT
from tests.readme.commands import blocks, in_background, printed, script
from tests.support.ports import free_port
from tests.support.process import wait_until

_BOUND_S = 1200  # a first run fetches all packages
#: How this machine reaches its packages, which a stranger's does in its own way.
_TO_PACKAGES = ("PIP_", "UV_", "SSL_CERT_", "REQUESTS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_OF_THIS_RUN = {"UV_PYTHON", "UV_PROJECT_ENVIRONMENT", "UV_HOME"}


def _checkout(target: Path) -> Path:
    """A copy of what git knows or would add."""
    command = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def _environment(home: Path) -> dict[str, str]:
    found = {
        name: value
        for name, value in os.environ.items()
        if name.upper().startswith(_TO_PACKAGES) and name not in _OF_THIS_RUN
    }
    ours = Path("~/.cache/uv").expanduser()
    if "UV_CACHE_DIR" not in found and ours.is_dir():
        found["UV_CACHE_DIR"] = str(ours)
    for variable, file in (("PIP_CONFIG_FILE", "pip/pip.conf"), ("UV_CONFIG_FILE", "uv/uv.toml")):
        configuration = Path("~/.config").expanduser() / file
        if configuration.is_file():
            found.setdefault(variable, str(configuration))
    # Root's installation is the machine's: everybody else's lies in their home.
    mine = {"TERCEL_HOME": str(home / "installation")} if os.geteuid() == 0 else {}
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8", **mine, **found}


@pytest.fixture
def home() -> Iterator[Path]:
    """The home of a stranger, on a disk: it takes half a gigabyte. Whoever runs PostgreSQL can reach it."""
    with TemporaryDirectory(prefix="tercel-stranger-") as directory:
        home = Path(directory)
        home.chmod(0o755)
        (home / "tercel").mkdir()
        yield home


@pytest.mark.slow
def test_a_stranger_gets_from_the_first_command_to_the_last(home: Path) -> None:
    checkout = _checkout(home / "tercel")
    page = (checkout / "README.md").read_text(encoding="utf-8")
    port, demonstration = free_port(), free_port()
    [client] = [block.text for block in blocks(page) if block.language == "python"]
    (checkout / "client.py").write_text(client.replace("localhost:8000", f"localhost:{port}"))
    replaced = {
        r"localhost:8000": f"localhost:{port}",
        r"^make demo$": f'make demo ARGS="--baskets 60 --port {demonstration}"',
        r"^make serve$": in_background(
            f'make serve ARGS="--port {port}"', f"localhost:{port}/readyz", "server.log"
        ),
    }
    (checkout / "script").write_text(script(blocks(page), replaced))
    with (home / "output").open("w") as output:
        process = subprocess.Popen(
            ["bash", "script"],
            cwd=checkout,
            env=_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        try:
            status = process.wait(_BOUND_S)
        finally:
            _end(process, checkout, home)
    said = (home / "output").read_text()
    log = checkout / "server.log"
    assert status == 0, said + (log.read_text() if log.exists() else "")
    parts = printed(said)
    assert "What happened" in parts[0]
    [cart] = [part for part in parts if '"integrationId": "cart-1"' in part]
    effects = {effect["effectType"]: effect["props"] for effect in json.loads(cart)["effects"]}
    assert effects["acceptCoupon"]["value"] == "SPRING"
    assert effects["setDiscount"]["value"] == 6
    assert any("acceptCoupon" in part and "setDiscount" in part and "Installed" not in part for part in parts)
    assert "everything agrees with the ledger" in parts[-1]


def _end(process: subprocess.Popen[bytes], checkout: Path, home: Path) -> None:
    """Stop both servers, and with them their databases."""
    subprocess.run(["make", "demo-stop"], cwd=checkout, env=_environment(home), check=False)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    process.wait(60)
    wait_until(lambda: not _has_members(process.pid))


def _has_members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
