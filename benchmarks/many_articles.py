"""A magazine of very many articles, laid into its tables: publishing each of them would take hours."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from wagtail.models import Page

from masthead.editorial import founding, manuscripts
from masthead.editorial.models import (
    Article,
    ArticleByline,
    ArticleIndex,
    ArticleTopic,
    Contributor,
    ContributorIndex,
    FrontPage,
    Section,
    Title,
    Topic,
    TopicIndex,
)
from masthead.manuscript import nodes

AT_ONCE = 500


def fill(
    count: int,
    write: Callable[[int], str],
    chance: random.Random,
    *,
    address: str,
    newest: datetime,
    paragraphs: tuple[int, int] = (12, 12),
    each: int = 75,
    topics: int = 0,
    open_in: int = 0,
) -> Title:
    """Return a title of eight sections and sixty writers with so many articles over many years.

    Args:
        count: how many articles.
        write: returns so many words.
        chance: chooses sections, writers and topics.
        address: where the magazine answers.
        newest: when the newest came out; the one before came out seven hours earlier, and so on.
        paragraphs: how many an article has, at least and at most.
        each: how many words a paragraph has.
        topics: how many there are; each article is about two of them.
        open_in: of how many articles one is everybody's; 0 for none.
    """
    title = founding.found(name="The Gazette", address=address)
    Title.objects.update(access="subscribers")
    front = FrontPage.objects.get()
    sections = [front.add_child(instance=Section(title=f"Section {n}")) for n in range(8)]
    people, shelf = ContributorIndex.objects.get(), TopicIndex.objects.get()
    writers = [people.add_child(instance=Contributor(title=f"Writer {n}")) for n in range(60)]
    about = [shelf.add_child(instance=Topic(title=f"Topic {n}")) for n in range(topics)]
    stand = ArticleIndex.objects.get()
    mould = stand.add_child(instance=Article(title="First", section=sections[0], slug="first"))
    raw = _shape()
    for first in range(0, count, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, count))
        pages = Page.objects.bulk_create(
            Page(
                title=write(6).capitalize(), slug=f"article-{number}", live=True,
                path=f"{mould.path[:-4]}{mould._int2str(number + 2).rjust(4, '0')}",
                depth=mould.depth, url_path=f"{stand.url_path}article-{number}/",
                content_type=mould.content_type, locale=mould.locale,
            )
            for number in numbers
        )  # fmt: skip
        with transaction.atomic():
            for number, page in zip(numbers, pages, strict=True):
                words = [write(each) for _part in range(chance.randint(*paragraphs))]
                Article(
                    page_ptr=page, standfirst=write(18), section=chance.choice(sections), language="en",
                    published_at=newest - timedelta(minutes=number * 420),
                    access="open" if open_in and number % open_in == 0 else "",
                    body=json.loads(raw.replace("WORDS", "</p><p>".join(words))),
                ).save_base(raw=True)  # fmt: skip
            ArticleByline.objects.bulk_create(
                ArticleByline(article_id=page.pk, contributor=chance.choice(writers))
                for page in pages
            )
            ArticleTopic.objects.bulk_create(
                ArticleTopic(article_id=page.pk, topic=one)
                for page in pages
                for one in chance.sample(about, 2 if about else 0)
            )
    mould.delete()
    Page.objects.filter(pk=stand.pk).update(numchild=count)
    return title


def _shape() -> str:
    """Return the body of an article as its field is written, with WORDS for what stands in it."""
    article = Article()
    body = (nodes.Paragraph(id="p1", children=(nodes.Text("WORDS"),)),)
    front = nodes.FrontMatter(headline="x")
    manuscripts.store(article, nodes.Manuscript(key=str(uuid.uuid4()), front=front, body=body))
    return json.dumps(article.body.get_prep_value())
