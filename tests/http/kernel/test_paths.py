"""Paths with encoded slashes and other surprises (behaviour/requests 11)."""

import pytest

from tercel.http.server.paths import decode, restore


@pytest.mark.parametrize(
    ("raw", "segments"),
    [
        (b"/v2/customer_sessions/abc", ["v2", "customer_sessions", "abc"]),
        (b"/s/a%2Fb", ["s", "a/b"]),
        (b"/s/a%2fb%2F", ["s", "a/b/"]),
        (b"/s/%2F", ["s", "/"]),
        (b"/s/a%252Fb", ["s", "a%2Fb"]),
        (b"/s/a%20b+c", ["s", "a b+c"]),
        (b"/s/%F0%9F%8D%8A", ["s", "🍊"]),
        (b"/s/100%", ["s", "100%"]),
        (b"/s/%3F%23", ["s", "?#"]),
    ],
)
def test_segments(raw: bytes, segments: list[str]) -> None:
    assert [restore(part) for part in decode(raw).split("/")[1:]] == segments


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"/s/%00", "NUL"),
        (b"/s/a%00b%2F", "NUL"),
        (b"/s/%ff", "utf-8"),
        (b"/s/\xff", "utf-8"),
        (b"/s/%C3%2F", "utf-8"),
    ],
)
def test_paths_that_cannot_be_read(raw: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        decode(raw)
