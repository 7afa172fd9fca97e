"""What is wrong with a webhook before it is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import UNSET

from tercel.base.errors import InvalidError, Problem
from tercel.evaluation.host.templates import fill_url
from tercel.features.common.hosts import is_private_host
from tercel.features.common.templates import sample_values, unknown_placeholders
from tercel.features.setup.webhooks.headers import read_header
from tercel.features.setup.webhooks.model import NewWebhook

#: What the sender writes itself.
_RESERVED = {"host", "content-length", "transfer-encoding", "connection"}


def check_webhook(new: NewWebhook, *, allows_private: bool) -> None:
    """Refuse a webhook whose request could never be sent.

    Args:
        new: The webhook.
        allows_private: Whether requests may go to private networks.

    Raises:
        InvalidError: with every problem.
    """
    values = sample_values(new.params)
    problems = [*_url(new.url, values, allows_private=allows_private), *_headers(new.headers, values)]
    problems += unknown_placeholders(new.payload, values, "/payload")
    if new.authentication_id is not UNSET:
        details = f"there is no authentication `{new.authentication_id}`: send its header in `headers`"
        problems.append(Problem(title="Unknown", details=details, pointer="/authenticationId"))
    if problems:
        raise InvalidError(*problems)


def _url(url: str, values: Mapping[str, Any], *, allows_private: bool) -> Iterator[Problem]:
    yield from unknown_placeholders(url, values, "/url")
    filled = fill_url(url, lambda name: values.get(name, "text"))
    if not _is_web_address(filled):
        details = (
            "url must be an address such as `https://example.com/hook`, without a user and without spaces"
        )
        yield Problem(title="format", details=details, pointer="/url")
    elif not allows_private and is_private_host(urlsplit(filled).hostname or ""):
        details = "url is in a private network, which only the setting `TERCEL_ALLOW_PRIVATE_NETWORKS` opens"
        yield Problem(title="private", details=details, pointer="/url")


def _is_web_address(url: str) -> bool:
    # Because: `urlsplit` drops line breaks and tabs silently.
    if not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        is_reachable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and is_reachable and "@" not in parts.netloc


def _headers(headers: list[str], names: Collection[str]) -> Iterator[Problem]:
    for index, text in enumerate(headers):
        header = read_header(text)
        if header is None:
            details = "a header is `Name: value` in printable ASCII characters"
            yield Problem(title="format", details=details, pointer=f"/headers/{index}")
        elif header[0].lower() in _RESERVED:
            details = f"`{header[0]}` is written by the sender of the request; leave it out"
            yield Problem(title="reserved", details=details, pointer=f"/headers/{index}")
        else:
            yield from unknown_placeholders(header[1], names, f"/headers/{index}")
