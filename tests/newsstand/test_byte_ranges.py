"""Players can seek in a recording."""

from __future__ import annotations

import io

import pytest
from django.test import RequestFactory

from masthead.newsstand import byte_ranges

pytestmark = pytest.mark.django_db  # Closing a response closes old connections.
CONTENT = bytes(range(100))
ENDLESS = "1" * 4301
"""More digits than Python reads as a number."""
OVERLONG = [f"bytes=0-{ENDLESS}", f"bytes={ENDLESS}-", f"bytes=-{ENDLESS}"]


def ask(method: str = "GET", **headers: str):
    request = getattr(RequestFactory(), method.lower())("/r", headers=headers)
    answer = byte_ranges.send(
        request, io.BytesIO(CONTENT), size=100, media_type="audio/mpeg", etag='"e"'
    )
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    return answer, body


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=90-", 90, 100), ("bytes=-5", 95, 100), ("bytes=50-999", 50, 100), ("bytes=-999", 0, 100)],
)  # fmt: skip
def test_a_range_is_sent_as_asked(asked, start, end) -> None:
    answer, body = ask(range=asked)
    assert body == CONTENT[start:end]
    assert answer["Content-Length"] == str(end - start)
    if (start, end) != (0, 100):
        assert answer.status_code == 206
        assert answer["Content-Range"] == f"bytes {start}-{end - 1}/100"


@pytest.mark.parametrize(
    "asked", ["", "bytes=5-2", "bytes=1-2,5-6", "pages=1-2", "bytes=-", *OVERLONG]
)
def test_what_is_no_range_gets_the_whole(asked) -> None:
    answer, body = ask(range=asked)
    assert (answer.status_code, body) == (200, CONTENT)


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=-0", "bytes=500-600"])
def test_a_range_beyond_the_end_is_refused_with_the_size(asked) -> None:
    answer, body = ask(range=asked)
    assert (answer.status_code, answer["Content-Range"], body) == (416, "bytes */100", b"")


def test_a_range_of_an_older_version_gets_the_whole() -> None:
    assert ask(range="bytes=0-9", if_range='"old"')[0].status_code == 200
    assert ask(range="bytes=0-9", if_range='"e"')[0].status_code == 206


def test_head_says_the_size_and_sends_nothing() -> None:
    answer, body = ask("HEAD")
    assert (answer["Content-Length"], body) == ("100", b"")


def test_an_unchanged_file_is_not_sent_again() -> None:
    assert ask(if_none_match='"e"')[0].status_code == 304


def test_a_listener_who_leaves_at_once_leaves_no_file_open() -> None:
    file = io.BytesIO(CONTENT)
    request = RequestFactory().get("/r")
    byte_ranges.send(request, file, size=100, media_type="audio/mpeg", etag='"e"').close()
    assert file.closed
