"""Making every size of a page's pictures after it has come out.

A size takes up to a second, which no reader should wait for.
"""

from __future__ import annotations

from django_tasks import task
from wagtail.models import Page

from masthead.editorial import manuscripts, pictures
from masthead.editorial.models import Article, Contributor, Dossier, Issue, Picture

PAGES_WITH_PICTURES = (Article, Issue, Contributor, Dossier)


@task()
def make_for_page(pk: int) -> int:
    """Make the missing renditions of the pictures on a page; return how many there are."""
    page = Page.objects.filter(pk=pk).first()
    return sum(pictures.make(picture) for picture in _pictures_on(page.specific)) if page else 0


def _pictures_on(page: Page) -> list[Picture]:
    if isinstance(page, Article):
        return manuscripts.pictures_of(page)
    for name in ("cover", "portrait", "picture"):
        if picture := getattr(page, name, None):
            return [picture]
    return []
