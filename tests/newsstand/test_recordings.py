"""A recording is heard by those who may read the part it stands in."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from masthead.editorial.models import Attachment
from masthead.manuscript import nodes
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
SOUND = b"ID3" + bytes(range(200))


@pytest.fixture
def title():
    return make.magazine()


@pytest.fixture
def sound() -> Attachment:
    return Attachment.objects.create(title="Waves", file=ContentFile(SOUND, name="waves.mp3"))


def block(sound: Attachment) -> nodes.Audio:
    return nodes.Audio(id="a", audio=f"audio:{sound.sha256}", title="Waves")


def address(article, sound: Attachment) -> str:
    return f"/recordings/{article.key}/{sound.sha256}"


def test_a_recording_in_an_open_article_is_everybodys_and_can_be_sought_in(
    title, sound, client
) -> None:
    article = make.article(title, make.paragraph("Hear."), block(sound), access="open")
    assert address(article, sound) in client.get(article.url).content.decode()
    answer = client.get(address(article, sound), headers={"range": "bytes=3-12"})
    assert answer.status_code == 206
    assert answer["Content-Type"] == "audio/mpeg"
    assert b"".join(answer.streaming_content) == SOUND[3:13]
    answer.close()


def test_a_recording_behind_the_lead_is_not_there_for_others(
    title, sound, client, django_user_model
) -> None:
    article = make.article(title, make.paragraph("Lead."), nodes.LeadMarker(id="m"), block(sound))
    assert client.get(address(article, sound)).status_code == 404
    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    answer = client.get(address(article, sound))
    assert answer.status_code == 200
    answer.close()


def test_a_recording_is_not_had_through_an_article_that_does_not_play_it(
    title, sound, client
) -> None:
    make.article(title, make.paragraph("Lead."), nodes.LeadMarker(id="m"), block(sound))
    other = make.article(title, access="open")
    assert client.get(address(other, sound)).status_code == 404


def test_a_document_has_no_other_door(title, sound, client, django_user_model) -> None:
    door = f"/documents/{sound.pk}/{sound.filename}"
    assert client.get(door).status_code == 404
    client.force_login(django_user_model.objects.create_user("reader@example.org", "x"))
    assert client.get(door).status_code == 404
