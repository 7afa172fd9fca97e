"""Requests that two servers may read differently: what one takes for the end of a request, or for its caller, another does not."""

from __future__ import annotations

_VERSIONS = frozenset({"1.0", "1.1"})
#: What a request may say once; the library for HTTP refuses two lengths itself.
_ONCE = {
    b"host": "Host",
    b"authorization": "Authorization",
    b"idempotency-key": "Idempotency-Key",
    b"content-type": "Content-Type",
    b"transfer-encoding": "Transfer-Encoding",
}


def ambiguity_of(version: str, headers: list[tuple[bytes, bytes]]) -> str | None:
    """Explain why the head of a request has no single meaning; return None when it has one."""
    if version not in _VERSIONS:
        return "the request must be HTTP/1.1, and say so"
    by_name = dict(headers)
    if len(by_name) < len(headers):
        for name, shown in _ONCE.items():
            if sum(given == name for given, _ in headers) > 1:
                return f"the header {shown} must be there only once"
    if by_name.get(b"transfer-encoding", b"chunked").lower() != b"chunked":
        return "the only Transfer-Encoding that is read is chunked"
    return None
