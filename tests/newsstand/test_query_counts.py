"""Doubling what a list shows does not grow its queries."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from masthead.editorial import issues, pictures
from masthead.editorial.models import Correction, Dossier, DossierEntry, Issue, TopicIndex
from masthead.manuscript import nodes
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Shop:
    """A magazine that can be given more of everything."""

    def __init__(self) -> None:
        self.title = make.magazine()
        self.section = make.section(self.title)
        self.contributor = make.contributor(self.title, "Ada Okafor")
        self.topic = make.topic(self.title)
        self.dossier = make.shelf(TopicIndex, self.title).add_child(instance=Dossier(title="D"))
        self.issue = make.issue(self.title, state=Issue.State.OPEN, cover=make.picture())

    def stock(self, number: int) -> None:
        """Add `number` of everything that any list shows."""
        for _ in range(number):
            picture = make.picture()
            pictures.make(picture)
            article = make.article(
                self.title,
                bylines=(
                    nodes.Byline("Ada Okafor", f"contributor:{self.contributor.key}"),
                    nodes.Byline("B", f"contributor:{make.contributor(self.title).key}"),
                ),
                topics=(f"topic:{self.topic.key}",),
                lead_figure=nodes.Figure(id="l", picture=picture.picture_key),
                in_section=self.section,
            )
            make.topic(self.title)
            self.issue.contents.create(article=article)
            Correction.objects.create(article=article, text="Wrong.", made_at=NOON)
            DossierEntry.objects.create(
                dossier=self.dossier, happened_on=date(2026, 1, 1), text="x", article=article
            )
            other = make.issue(self.title, state=Issue.State.OPEN, cover=make.picture())
            pictures.make(other.cover)
            issues.put_on_sale(other, at=NOON)


def test_no_list_asks_the_database_more_when_it_is_twice_as_long(client) -> None:
    shop = Shop()
    shop.stock(3)
    issues.put_on_sale(shop.issue, at=NOON)
    addresses = ["/", "/articles/", "/issues/", "/contributors/", "/topics/", "/corrections/"]
    addresses += [shop.section.url, shop.contributor.url, shop.topic.url]
    addresses += [shop.dossier.url, shop.issue.url]

    def count() -> dict[str, int]:
        counts = {}
        for address in addresses:
            assert client.get(address).status_code == 200  # Warm caches, make renditions.
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts[address] = len(queries)
        return counts

    before = count()
    shop.stock(3)
    assert count() == before


def test_an_article_asks_no_more_for_a_long_text_than_for_a_short_one(client) -> None:
    title = make.magazine()

    def article(blocks: int):
        body = []
        for number in range(blocks):
            picture = make.picture()
            pictures.make(picture)
            body += [
                make.paragraph(f"Paragraph {number}."),
                nodes.Figure(id=f"f{number}", picture=picture.picture_key, alternative="x"),
            ]
        return make.article(title, *body, access="open")

    counts = []
    for made in (article(2), article(8)):
        client.get(made.url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(made.url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
