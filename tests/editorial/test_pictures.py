"""Pictures: private originals, public renditions, rights."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.images import ImageFile
from django_tasks_db.models import DBTaskResult
from PIL import Image

from masthead.editorial import pictures
from masthead.editorial.models import Picture
from masthead.production import renditions
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


def test_an_original_has_no_address_and_does_not_lie_among_public_files(client) -> None:
    picture = make.picture(name="secret-cover.jpg")
    with pytest.raises(ValueError):  # noqa: PT011 - Django's storage says no more than that.
        _ = picture.file.url
    assert not picture.file.path.startswith(str(settings.MEDIA_ROOT))
    assert client.get(f"/media/{picture.file.name}").status_code == 404


def test_a_renditions_address_tells_nothing_of_the_original() -> None:
    picture = make.picture(name="secret-cover.jpg", title="Secret cover")
    card = pictures.card(picture)
    assert card is not None
    for source in card.sources:
        assert "secret" not in source.url
        assert picture.sha256 in source.url


def test_renditions_carry_no_metadata_of_the_original() -> None:
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "CANARY-EXIF"
    Image.new("RGB", (900, 500), (1, 2, 3)).save(data, "JPEG", exif=exif)
    picture = Picture.objects.create(title="P", file=ImageFile(data, name="p.jpg"))
    pictures.make(picture)
    for rendition in picture.renditions.all():
        assert b"CANARY-EXIF" not in Path(rendition.file.path).read_bytes()


def test_every_size_is_made_once_and_none_is_larger_than_the_original() -> None:
    picture = make.picture(size=(1200, 800))
    assert pictures.make(picture) == pictures.make(picture) == picture.renditions.count() == 4
    assert max(rendition.width for rendition in picture.renditions.all()) <= 1200


def test_the_same_file_cannot_enter_the_library_twice() -> None:
    first = make.picture(title="The first")
    with first.file.open("rb") as file:
        twin = Picture(title="Twin", file=file)
        with pytest.raises(ValidationError, match="already in the library as “The first”"):
            twin.clean()


@pytest.mark.parametrize(
    ("rights", "edition", "refused"),
    [
        ({}, "web", False),
        ({"permitted_editions": ["web"]}, "web", False),
        ({"permitted_editions": ["web"]}, "paper", True),
        ({"usable_until": date(2026, 5, 3)}, "web", True),
        ({"usable_until": date(2026, 5, 4)}, "web", False),
        ({"usable_from": date(2026, 5, 5)}, "web", True),
    ],
)
def test_a_picture_stands_only_where_and_while_it_may(rights, edition, refused) -> None:
    picture = Picture(title="Field", **rights)
    assert bool(picture.refusal(edition, date(2026, 5, 4))) is refused


def test_a_lost_file_costs_the_picture_and_not_the_page() -> None:
    picture = make.picture()
    picture.file.storage.delete(picture.file.name)
    assert pictures.card(picture) is None


def test_what_readers_see_first_of_a_picture_is_made_first() -> None:
    for task in (renditions.make_for_page, renditions.make_base, renditions.make_for_creative):
        task.enqueue(1)
    waiting = [one.task_path.rpartition(".")[2] for one in DBTaskResult.objects.ready()]
    assert waiting == ["make_base", "make_for_creative", "make_for_page"]
