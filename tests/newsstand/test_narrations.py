"""An article is heard by those who may read the whole of it, and players can seek in it."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.urls import Resolver404, resolve

from masthead.editorial import manuscripts
from masthead.manuscript import nodes
from masthead.production import audio
from masthead.production.models import Narration
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def title():
    return make.magazine()


def heard(article) -> Narration:
    for narration in Narration.objects.under_way():
        audio.make_in_turn.func(narration.pk)
    narration = audio.heard(article)
    assert narration
    return narration


def address(narration: Narration, ending: str) -> str:
    return f"/audio/{narration.article.key}/{narration.sha256}.{ending}"


def change(article, words: str) -> None:
    manuscripts.store(article, make.manuscript(make.paragraph(words), access="open"))
    article.save_revision().publish()


def test_an_open_article_is_heard_by_everybody_and_can_be_sought_in(title, client) -> None:
    narration = heard(make.article(title, make.paragraph("It came in."), access="open"))
    with narration.file.open("rb") as file:
        sound = file.read()
    whole = client.head(address(narration, "mp3"))
    assert whole.status_code == 200
    assert int(whole["Content-Length"]) == len(sound) == narration.size
    answer = client.get(address(narration, "mp3"), headers={"range": "bytes=0-1"})
    assert answer.status_code == 206
    assert answer["Content-Type"] == "audio/mpeg"
    assert b"".join(answer.streaming_content) == sound[:2]
    last = client.get(address(narration, "mp3"), headers={"range": "bytes=-5"})
    assert b"".join(last.streaming_content) == sound[-5:]
    assert client.get(address(narration, "mp3"), headers={"range": "bytes=99999999-"}).status_code == 416  # fmt: skip
    captions = client.get(address(narration, "vtt"))
    assert captions["Content-Type"] == "text/vtt; charset=utf-8"
    assert "It came in." in captions.content.decode()
    times = client.get(address(narration, "json")).json()
    assert [one["t0"] for one in times] == sorted(one["t0"] for one in times)
    # At the end: closing an answer ends the test's hold on the database.
    answer.close()
    last.close()


@pytest.mark.parametrize("ending", ["mp3", "vtt", "json"])
def test_a_closed_article_is_not_heard_even_as_far_as_its_lead(
    title, client, django_user_model, ending
) -> None:
    article = make.article(title, make.paragraph("Lead."), nodes.LeadMarker(id="m"), make.paragraph("Rest."))  # fmt: skip
    narration = heard(article)
    assert client.get(address(narration, ending)).status_code == 404
    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    answer = client.get(address(narration, ending))
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]
    answer.close()


def test_a_recording_is_not_had_through_another_article(title, client) -> None:
    narration = heard(make.article(title))
    other = make.article(title, access="open")
    heard(other)
    assert client.get(f"/audio/{other.key}/{narration.sha256}.mp3").status_code == 404


def test_what_is_no_hash_names_no_file(title, client) -> None:
    article = make.article(title, access="open")
    heard(article)
    for wrong in ("%00", "f" * 63, "F" * 64, f"{'f' * 63}%00", "0" * 65):
        for address in (
            f"/audio/{article.key}/{wrong}.mp3",
            f"/audio/{article.key}/{wrong}.vtt",
            f"/audio/{article.key}/{wrong}.json",
            f"/recordings/{article.key}/{wrong}",
            f"/editions/{article.key}/{wrong}.pdf",
            f"/listen/token/{article.key}/{wrong}.mp3",
            f"/listen/token/{article.key}/{wrong}.vtt",
            f"/listen/token/issues/{article.key}/{wrong}.mp3",
            f"/listen/token/issues/{article.key}/{wrong}.json",
        ):
            with pytest.raises(Resolver404):
                resolve(unquote(address))
            # PostgreSQL takes no NUL, and would fail if it were asked.
            assert client.get(address, follow=True).status_code == 404


def test_an_address_goes_on_working_after_a_correction(title, client) -> None:
    article = make.article(title, make.paragraph("It came in."), access="open")
    first = heard(article)
    change(article, "It came in at noon.")
    second = heard(article)
    assert second.sha256 != first.sha256
    for narration in (first, second):
        assert client.head(address(narration, "mp3")).status_code == 200


def test_an_article_that_is_taken_down_or_is_not_to_be_heard_is_silent(title, client) -> None:
    article = make.article(title, access="open")
    narration = heard(article)
    article.read_aloud = False
    article.save_revision().publish()
    assert client.get(address(narration, "mp3")).status_code == 404
    article.read_aloud = True
    article.save_revision().publish()
    assert client.head(address(narration, "mp3")).status_code == 200
    article.unpublish()
    for ending in ("mp3", "vtt", "json"):
        assert client.get(address(narration, ending)).status_code == 404


def test_a_file_that_is_lost_is_not_found_and_no_error_of_the_server(title, client) -> None:
    narration = heard(make.article(title, access="open"))
    narration.file.storage.delete(narration.file.name)
    assert client.get(address(narration, "mp3")).status_code == 404
