"""Words travel packed, and what is counted in bytes does not."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from masthead.config.compression import Compression
from tests.factories import editorial as make

LONG = b"The lighthouse at Port Averell was lit again on Tuesday. " * 20


def sent(response, accepts: str = "gzip, br"):
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts})
    return Compression(lambda request: response)(request)


@pytest.mark.django_db
def test_the_front_page_is_packed_for_who_can_unpack_it_and_is_the_same_page() -> None:
    make.magazine()
    plain = Client().get("/")
    packed = Client().get("/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 2
    assert "Accept-Encoding" in packed["Vary"]
    assert "Accept-Encoding" in plain["Vary"], "or a cache gives packed bytes to who cannot read"


@pytest.mark.parametrize(
    "kind", ["text/html; charset=utf-8", "application/feed+json", "application/rss+xml"]
)
def test_every_kind_of_words_is_packed(kind: str) -> None:
    assert sent(HttpResponse(LONG, content_type=kind))["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(LONG, content_type="image/avif"),
        HttpResponse(LONG, content_type="audio/mpeg"),
        HttpResponse(LONG, content_type="text/vtt", headers={"Content-Range": "bytes 0-9/99"}),
        StreamingHttpResponse([LONG], content_type="text/html"),
    ],
    ids=["picture", "recording", "range", "stream"],
)
def test_files_ranges_and_streams_go_out_byte_for_byte(response) -> None:
    assert "Content-Encoding" not in sent(response)


def test_a_packed_answer_is_still_known_again_by_its_tag() -> None:
    response = HttpResponse(LONG, content_type="text/html", headers={"ETag": '"abc"'})
    assert sent(response)["ETag"] == 'W/"abc"'
