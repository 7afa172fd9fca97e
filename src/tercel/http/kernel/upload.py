"""A file that comes in a form (``multipart/form-data``): it goes to a temporary file while it arrives (behaviour/csv 1)."""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from tercel.base.errors import InvalidError, TooLargeError
from tercel.base.limits import FORM_HEAD_BYTES_MAX, FORM_PARTS_MAX, IMPORT_BYTES_MAX
from tercel.http.kernel.headers import Headers, header
from tercel.http.server.asgi import Receive

PART = "upFile"
_IN_MEMORY_BYTES = 256 * 1024
_MALFORMED = "the body must be a form (multipart/form-data) with the file in its part `upFile`"


@dataclass(frozen=True, slots=True)
class Upload:
    """The one file of a form."""

    content: BinaryIO


async def read_upload(headers: Headers, receive: Receive) -> Upload:
    """Read the form of a request until its end, and return its file, to be closed by the caller.

    The part with the file should be named ``upFile``; any single part with a file name is taken.

    Raises:
        InvalidError: the body is no form, or holds no file or several.
        TooLargeError: it has too many bytes or parts.
    """
    kind, options = parse_options_header(header(headers, b"content-type"))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise InvalidError.parameter("Content-Type", "format", _MALFORMED)
    form = _Form(boundary)
    try:
        size = 0
        while not form.is_complete:
            message = await receive()
            if message["type"] != "http.request":
                raise InvalidError(message="the body ended before it was complete")
            size += len(message.get("body", b""))
            if size > IMPORT_BYTES_MAX:
                raise TooLargeError(f"a file must have at most {IMPORT_BYTES_MAX} bytes: split it")
            form.write(message.get("body", b""))
            if not message.get("more_body") and not form.is_complete:
                raise InvalidError.at("", "format", _MALFORMED)
        return Upload(form.take())
    finally:
        form.close()


class _Form:
    """A form while it arrives."""

    def __init__(self, boundary: bytes) -> None:
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._add_to_name,
                "on_header_value": self._add_to_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._begin_content,
                "on_part_data": self._add_content,
                "on_end": self._end,
            },
        )
        self._parts = 0
        self._head_bytes = 0
        self._name, self._value = b"", b""
        self._disposition = b""
        self._target: BinaryIO | None = None
        self._files: list[BinaryIO] = []
        self.is_complete = False

    def write(self, chunk: bytes) -> None:
        """Take what has arrived."""
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise InvalidError.at("", "format", _MALFORMED) from None

    def take(self) -> BinaryIO:
        """Return the only file; it is closed by the caller."""
        if len(self._files) != 1:
            found = "several files" if self._files else "no file"
            raise InvalidError.at(
                f"/{PART}", "required", f"the form has {found}: send one, in the part `{PART}`"
            )
        content = self._files.pop()
        content.seek(0)
        return content

    def close(self) -> None:
        """Close the files that the request did not use."""
        for file in self._files:
            file.close()

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > FORM_PARTS_MAX:
            raise TooLargeError(f"a form must have at most {FORM_PARTS_MAX} parts")
        self._head_bytes, self._disposition, self._target = 0, b"", None

    def _add_to_name(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._name += data[start:end]

    def _add_to_value(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._value += data[start:end]

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > FORM_HEAD_BYTES_MAX:
            raise TooLargeError(f"the head of a part of a form must have at most {FORM_HEAD_BYTES_MAX} bytes")

    def _end_header(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name, self._value = b"", b""

    def _begin_content(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"filename" in options or options.get(b"name") == PART.encode():
            self._target = cast("BinaryIO", SpooledTemporaryFile(_IN_MEMORY_BYTES))  # noqa: SIM115  # closed by its reader
            self._files.append(self._target)

    def _add_content(self, data: bytes, start: int, end: int) -> None:
        if self._target is not None:
            self._target.write(data[start:end])

    def _end(self) -> None:
        self.is_complete = True
