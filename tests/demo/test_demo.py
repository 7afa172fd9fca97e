"""``python -m demo`` as people run it: a real server, and a tiny slice of the real data."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import demo.server
from demo.errors import DemoError
from demo.purchases.tables import find_data, read_shop
from demo.server import choose_home, demo_settings, running_server
from tercel.settings import load


@pytest.mark.slow
def test_a_slice_runs_from_start_to_end(open_directory: Path) -> None:
    environment = {
        **os.environ,
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "TERCEL_DATABASE_URL": "postgresql://nowhere/none",
    }
    command = [
        sys.executable,
        "-m",
        "demo",
        "--baskets",
        "50",
        "--exit",
        "--home",
        str(open_directory / "demo"),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "50 closed in" in done.stdout
    assert done.stdout.count("✓") == 6
    assert "✗" not in done.stdout


def test_the_data_are_read_whole() -> None:
    shop = read_shop(find_data(), 40)
    assert (len(shop.campaigns), len(shop.coupons), shop.redemptions) == (27, 1_197, 2_102)
    assert len({coupon.upc for coupon in shop.coupons}) == 981
    assert len(shop.baskets) == 40
    assert all(basket.codes for basket in shop.baskets)
    assert [basket.at for basket in shop.baskets] == sorted(basket.at for basket in shop.baskets)
    assert {household.id for household in shop.households} >= {basket.household for basket in shop.baskets}


def test_a_second_demonstration_is_refused_in_the_same_place(open_directory: Path) -> None:
    settings = demo_settings(load({}), open_directory / "twice", None, 1)
    with (
        running_server(settings),
        pytest.raises(DemoError, match="another demonstration runs in"),
        running_server(settings),
    ):
        pytest.fail("two run at once")


def test_a_port_that_is_taken_is_replaced_unless_it_was_asked_for(
    open_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(demo.server, "PORT", port)
        settings = load({})
        assert demo_settings(settings, open_directory, None, 1).port != port
        with pytest.raises(DemoError, match=f"port {port} of `127.0.0.1` cannot be used"):
            demo_settings(settings, open_directory, port, 1)


def test_the_database_lives_here_when_postgresql_can_reach_it(open_directory: Path) -> None:
    assert choose_home(load({}), open_directory) == open_directory / ".demo"


def test_the_database_lives_in_the_home_when_it_cannot(open_directory: Path) -> None:
    hidden = open_directory / "hidden" / "project"
    hidden.mkdir(parents=True)
    hidden.parent.chmod(0o000 if os.geteuid() else 0o700)
    settings = load({"TERCEL_HOME": str(open_directory / "elsewhere")})
    assert choose_home(settings, hidden) == open_directory / "elsewhere" / "demo"
    hidden.parent.chmod(0o755)
