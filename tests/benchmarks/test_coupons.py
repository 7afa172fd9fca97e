"""``python -m benchmarks coupons`` with few of them."""

import psycopg
import pytest
from typer.testing import CliRunner

from benchmarks import coupons
from benchmarks.command import app


@pytest.mark.slow
def test_every_way_to_make_coupons_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coupons, "_WITH_PREFIX", 300)
    monkeypatch.setattr(coupons, "_IN_ONE_CALL", 300)
    result = CliRunner().invoke(app, ["coupons", "--coupons", "300"])
    assert result.exit_code == 0, result.output
    for way in ("one request", "one request, prefix", "job", coupons.REFERENCE):
        assert f"│ {way}" in result.stdout
    assert "as many coupons as were asked for, every code once" in result.stdout


def test_missing_coupons_are_told(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        problem = coupons.missing(connection, 1, 5)
    assert problem == "5 coupons were asked for, there are (0, 0)"
