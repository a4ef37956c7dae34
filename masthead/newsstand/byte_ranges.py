"""Sending a file so that players can seek in it.

Django's own file response ignores `Range`; browsers then cannot jump within a recording
and some players refuse it altogether. One range is served (RFC 9110, section 14); a
request for several is answered with the whole, as the standard allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse

from masthead.edge import asking

CHUNK = 64 * 1024


def send(
    request: HttpRequest, file: IO[bytes], *, size: int, media_type: str, etag: str
) -> HttpResponse | StreamingHttpResponse:
    """Return the file, the part asked for, 304 where it is unchanged, or 416.

    Args:
        request: GET or HEAD.
        file: open for reading; it is closed when the answer has been sent.
        size: of the whole file in bytes.
        media_type: such as ``audio/mpeg``.
        etag: quoted; changes whenever the content does.
    """
    if asking.has_it(request.headers.get("If-None-Match", ""), etag):
        file.close()
        return HttpResponseNotModified(headers={"ETag": etag})
    part = _part(request, size, etag)
    if part is False:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = part
    partial = (start, end) != (0, size)
    response: HttpResponse | StreamingHttpResponse
    if request.method == "HEAD":
        file.close()
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(_Slice(file, start, end - start))
    response.status_code = 206 if partial else 200
    response["Content-Type"] = media_type
    response["Content-Length"] = str(end - start)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    if partial:
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def _part(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | Literal[False]:
    """Return first byte and the one after the last; False for a range that is not there."""
    if request.headers.get("If-Range", etag) != etag:
        return 0, size
    part = asking.byte_range(request.headers.get("Range"), size)
    return (0, size) if part is None else part


class _Slice:
    """A stretch of an open file in chunks; closes the file even if nobody read it."""

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        self.file, self.start, self.length = file, start, length

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(self.start)
        left = self.length
        while left > 0 and (chunk := self.file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self.file.close()
