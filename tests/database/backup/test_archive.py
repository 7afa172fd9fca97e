"""The file of a backup is complete or it does not exist, and damage is noticed."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import msgspec
import pytest

from tercel.database.backup.archive import FORMAT, Manifest, reading, writing
from tercel.database.backup.errors import BackupError
from tests.support.disk import full_disk

_SQL = b"SELECT 1;\n" * 1_000 + Random(1).randbytes(50_000)
_MANIFEST = Manifest(
    format=FORMAT,
    tercel="1.0",
    revision="0001",
    schema="public",
    postgresql=18,
    client=18,
    created=datetime(2030, 1, 1, tzinfo=UTC),
    rows={"sessions": 3},
)


def _write(path: Path, sql: bytes = _SQL) -> Path:
    with writing(path) as writer:
        with writer.sql() as target:
            target.write(sql)
        writer.finish(_MANIFEST)
    return path


def _read(path: Path) -> tuple[Manifest, bytes, int]:
    with reading(path) as backup:
        return backup.manifest, backup.sql.read(), backup.size


def test_what_was_written_is_read(tmp_path: Path) -> None:
    assert _read(_write(tmp_path / "a.zip")) == (_MANIFEST, _SQL, len(_SQL))


def test_only_the_owner_may_read_it_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip")
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip")
    with pytest.raises(BackupError, match="exists already"):
        _write(path, b"other")
    assert _read(path)[1] == _SQL


def test_the_name_appears_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with writing(path) as writer:
        with writer.sql() as target:
            target.write(_SQL)
        writer.finish(_MANIFEST)
        assert not path.exists()
    assert path.exists()


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path / "a.zip") as writer, writer.sql() as target:
        target.write(_SQL[: 1 // 0])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.9999])
def test_a_full_disk_leaves_no_half_file(tmp_path: Path, part: float) -> None:
    whole = _write(tmp_path / "a.zip")
    size = int(whole.stat().st_size * part)
    whole.unlink()
    with full_disk(size), pytest.raises(BackupError, match="cannot be written: File too large: nothing was"):
        _write(tmp_path / "a.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="cannot be written: No such file or directory"):
        _write(tmp_path / "missing" / "a.zip")


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.9, 0.99, 0.9999])
def test_a_torn_file_is_refused(tmp_path: Path, part: float) -> None:
    path = _write(tmp_path / "a.zip")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(BackupError, match="damaged or incomplete"):
        _read(path)


@pytest.mark.parametrize("place", range(200, 50_000, 5_003))
def test_a_flipped_bit_is_noticed(tmp_path: Path, place: int) -> None:
    path = _write(tmp_path / "a.zip")
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(BackupError, match="damaged or incomplete"):
        _read(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="cannot be read: No such file"):
        _read(tmp_path / "a.zip")


def _zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"database.sql": b""},
        {"manifest.json": msgspec.json.encode(_MANIFEST)},
        {"database.sql": b"", "manifest.json": b"{}"},
        {"database.sql": b"", "manifest.json": b"{"},
        {"database.sql": b"", "manifest.json": b"[]"},
    ],
)
def test_another_zip_is_no_backup(tmp_path: Path, members: dict[str, bytes]) -> None:
    with pytest.raises(BackupError, match="is no backup of tercel"):
        _read(_zip(tmp_path / "a.zip", members))


def test_a_newer_format_is_refused_whatever_its_shape(tmp_path: Path) -> None:
    members = {"database.sql": b"", "manifest.json": b'{"format": 2, "new": true}'}
    with pytest.raises(BackupError, match="newer version of tercel"):
        _read(_zip(tmp_path / "a.zip", members))
