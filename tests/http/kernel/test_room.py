"""Room for bodies: who gives way when there is not enough, and that ordinary requests never have to."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest

from tercel.base import limits
from tercel.base.errors import UnavailableError
from tercel.http.decoding.body import BodyReader
from tercel.http.kernel import room
from tercel.http.kernel.room import BYTES_PER_VALUE, SMALL_BYTES, Room, Share
from tests.support.process import wait_until
from tests.support.server import Server, client, make_application, make_integration_key

LARGE = 4 * SMALL_BYTES


def _arriving(space: Room, size: int) -> Share:
    share = space.share()
    share.add(b"x" * size)
    return share


def test_there_is_room_for_as_much_as_is_said() -> None:
    assert limits.BODIES_BYTES_MAX == room.BODIES_BYTES_MAX
    space = Room(3 * LARGE)
    shares = [_arriving(space, LARGE) for _ in range(3)]
    with pytest.raises(UnavailableError):
        _arriving(space, LARGE + 1)
    assert [len(share.complete()) for share in shares] == [LARGE] * 3


def test_small_bodies_need_none() -> None:
    space = Room(LARGE)
    shares = [_arriving(space, LARGE), *(_arriving(space, SMALL_BYTES) for _ in range(100))]
    for share in shares:
        share.decode(share.complete(), 0)


def test_the_largest_gives_way_to_others() -> None:
    space = Room(3 * LARGE)
    slow = _arriving(space, 2 * LARGE)
    others = [_arriving(space, LARGE) for _ in range(3)]
    assert [len(share.complete()) for share in others] == [LARGE] * 3
    with pytest.raises(UnavailableError):
        slow.add(b"x")


def test_what_has_arrived_gives_way_no_more() -> None:
    space = Room(3 * LARGE)
    arrived = _arriving(space, 2 * LARGE)
    assert len(arrived.complete()) == 2 * LARGE
    arrived.decode(b"x" * 2 * LARGE, 0)
    with pytest.raises(UnavailableError):
        _arriving(space, LARGE + 1)


def test_what_is_decoded_takes_room_by_its_values() -> None:
    space = Room(LARGE)
    share = space.share()
    share.decode(b"", LARGE // BYTES_PER_VALUE)
    with pytest.raises(UnavailableError):
        space.share().decode(b"", LARGE // BYTES_PER_VALUE)
    with space.share() as other, pytest.raises(UnavailableError):
        other.decode(b"", LARGE // BYTES_PER_VALUE)
    with share:
        """It is answered."""
    space.share().decode(b"", LARGE // BYTES_PER_VALUE)


def test_whatever_ends_a_request_gives_its_room_back() -> None:
    space = Room(LARGE)
    for _ in range(3):
        with space.share() as share:
            share.add(b"x" * LARGE)
            with pytest.raises(UnavailableError):
                share.add(b"x")
        with space.share() as share:
            share.add(b"x" * LARGE)
            share.decode(share.complete(), 0)


@pytest.fixture
def key(admin: httpx.Client) -> str:
    return make_integration_key(admin, make_application(admin)["id"])


def test_whoever_fills_the_room_slowly_hinders_no_ordinary_request(
    server: Server, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He is told to come later, when he goes on."""
    spaces: list[Room] = []
    real = Room.share

    def with_little(self: Room) -> Share:
        if self not in spaces:
            spaces.append(self)
            monkeypatch.setattr(self, "_most", 4 * LARGE)
        return real(self)

    monkeypatch.setattr(Room, "share", with_little)
    address = urlsplit(server.url).netloc
    headers = {"Authorization": f"ApiKey-v1 {key}", "Content-Length": str(8 * LARGE)}
    with ExitStack() as stack, client(server, f"ApiKey-v1 {key}") as honest:
        slow = [stack.enter_context(closing(HTTPConnection(address, timeout=30))) for _ in range(4)]
        for number, connection in enumerate(slow):
            connection.putrequest("PUT", f"/v2/customer_sessions/slow-{number}")
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders(b" " * LARGE)
        wait_until(lambda: bool(spaces) and spaces[0]._taken == 4 * LARGE)
        padded = b'{"customerSession": {}}'.ljust(LARGE // 2)
        assert honest.put("/v2/customer_sessions/small", json={"customerSession": {}}).status_code == 200
        assert honest.put("/v2/customer_sessions/larger", content=padded).status_code == 200
        statuses = []
        for connection in slow:
            connection.send(b" " * (7 * LARGE))
            answer = connection.getresponse()
            statuses.append(answer.status)
            assert answer.status == 400 or answer.headers["retry-after"] == "1"
        assert 503 in statuses
        wait_until(lambda: spaces[0]._taken == 0)


def test_a_large_body_is_read_beside_the_others(
    server: Server, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_held, may_go_on = threading.Event(), threading.Event()

    def held(self: BodyReader, raw: bytes, values: int) -> object:
        if len(raw) > LARGE:
            is_held.set()
            assert may_go_on.wait(60)
        return real(self, raw, values)

    real = BodyReader.read
    monkeypatch.setattr(BodyReader, "read", held)
    large = b'{"customerSession": {}}'.ljust(2 * LARGE)
    with client(server, f"ApiKey-v1 {key}") as honest, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(honest.put, "/v2/customer_sessions/large", content=large)
        assert is_held.wait(30)
        started = time.monotonic()
        assert httpx.get(f"{server.url}/healthz", timeout=30).status_code == 200
        assert time.monotonic() - started < 20
        may_go_on.set()
        assert waiting.result().status_code == 200
