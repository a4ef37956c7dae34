"""What opens something for its bearer is in no line of the log."""

from __future__ import annotations

import io
import logging

import pytest
from django.conf import settings

from masthead.config import logs
from tests.factories import editorial as make

TOKEN = "Zm9vYmFyYmF6cXV4cXV1eC1hbmQtbW9yZQ"


@pytest.fixture
def written(monkeypatch):
    """Return what the house's own handler writes."""
    options = dict(settings.LOGGING["formatters"]["line"])
    assert options.pop("()") == "masthead.config.logs.Discreet"
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(logs.Discreet(options["format"], style=options["style"]))
    monkeypatch.setattr(logging.getLogger("django"), "handlers", [handler])
    return handler.stream.getvalue


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", [f"/proofs/{TOKEN}/", f"/proofs/{TOKEN}/screen/1/1/", f"/listen/{TOKEN}/podcast.xml"]
)
def test_an_address_that_is_not_found_is_written_down_without_its_token(
    client, written, path
) -> None:
    make.magazine()
    assert client.get(path).status_code == 404
    assert path.split("/")[1] in written()
    assert "Not Found" in written()
    assert TOKEN not in written()


def test_a_fault_that_quotes_an_address_is_written_down_without_its_token(written) -> None:
    try:
        raise ValueError(f"https://gazette.example/listen/{TOKEN}/podcast.xml is no good")
    except ValueError:
        logging.getLogger("django.request").exception("/listen/%s/podcast.xml", TOKEN)
    assert "ValueError" in written()
    assert "/listen/…/podcast.xml" in written()
    assert TOKEN not in written()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"/listen/{TOKEN}", "/listen/…"),
        (f'"GET /listen/{TOKEN}?x=1 HTTP/1.1"', '"GET /listen/…?x=1 HTTP/1.1"'),
        (f"next=%2Flisten%2F{TOKEN}%2Fpodcast.xml", "next=%2Flisten%2F…%2Fpodcast.xml"),
        ("/articles/listen-to-this/ and /listen/", "/articles/listen-to-this/ and /listen/"),
    ],
)
def test_only_what_stands_in_the_place_of_a_token_is_blotted_out(said, told) -> None:
    assert logs.without_tokens(said) == told
