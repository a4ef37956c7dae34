"""Making sizes of pictures: one when a picture is taken in, all of a page's after it has come out.

A size takes up to a second, which no reader should wait for, and no page that is to be pressed.
"""

from __future__ import annotations

from django.db import transaction
from django_tasks import task
from wagtail.models import Page

from masthead.advertising.models import Creative
from masthead.editorial import manuscripts, pictures
from masthead.editorial.models import Article, Contributor, Dossier, Issue, Picture
from masthead.production import changes, press_runs

PAGES_WITH_PICTURES = (Article, Issue, Contributor, Dossier)

BEFORE_OTHERS = 10
"""Of 100. Readers see nothing of a picture before one of these is done, however many wait."""


@task()
def make_for_page(pk: int) -> int:
    """Make the missing renditions of the pictures on a page; return how many there are.

    Whatever shows one of which there are more now is pressed anew: it came out before they were made.
    """
    page = Page.objects.filter(pk=pk).first()
    count, grown = 0, []
    for picture in _pictures_on(page.specific) if page else ():
        before = picture.renditions.count()
        there = pictures.make(picture)
        count += there
        if picture.renditions.count() > before:
            grown.append(changes.tag(picture))
    if grown:
        with transaction.atomic():
            press_runs.ask(grown)
    return count


@task(priority=BEFORE_OTHERS)
def make_base(pk: int) -> bool:
    """Make the one size without which a page has no picture; return whether it is there."""
    picture = Picture.objects.filter(pk=pk).first()
    return picture is not None and (
        pictures.rendition(picture, pictures.base_spec(picture)) is not None
    )


@task(priority=BEFORE_OTHERS)
def make_for_creative(pk: int) -> bool:
    """Make the size in which an advertisement's picture is shown; return whether it is there."""
    creative = Creative.objects.select_related("booking", "picture").filter(pk=pk).first()
    place = creative.booking.place if creative is not None else None
    if creative is None or creative.picture is None or place is None or place.medium != "web":
        return False
    return pictures.rendition(creative.picture, place.picture_spec) is not None


def _pictures_on(page: Page) -> list[Picture]:
    if isinstance(page, Article):
        return manuscripts.pictures_of(page)
    for name in ("cover", "portrait", "picture"):
        if picture := getattr(page, name, None):
            return [picture]
    return []
