"""How names are said: the article's own lexicon goes before the house's, and names without one are found."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from masthead.editorial import lexicon
from masthead.editorial.models import ArticleSaying, HouseSaying
from masthead.editorial.models.article import ArticleTopic, Mention
from masthead.press.speech.spoken import spoken
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def title():
    return make.magazine()


def said(article, text: str, language: str = "en-GB") -> str:
    return spoken(text, language, lexicon.of_article(article))


def test_the_articles_lexicon_goes_before_the_houses(title):
    article = make.article(title)
    HouseSaying.objects.create(title=title, written="Averell", said="of the house")
    HouseSaying.objects.create(title=title, written="Hask", said="HASH")
    assert said(article, "Averell, Hask.") == "of the house, HASH."
    article.sayings = [ArticleSaying(written="Averell", said="of the article")]
    assert said(article, "Averell, Hask.") == "of the article, HASH."


def test_a_draft_has_its_own_lexicon_and_readers_get_it_when_it_is_published(title):
    article = make.article(title)
    article.sayings = [ArticleSaying(written="Averell", said="AY-vrell")]
    revision = article.save_revision()
    article.refresh_from_db()
    assert said(type(article).objects.get(pk=article.pk), "Averell") == "Averell"
    assert said(revision.as_object(), "Averell") == "AY-vrell"
    revision.publish()
    assert said(type(article).objects.get(pk=article.pk), "Averell") == "AY-vrell"


def test_each_title_and_language_has_its_own(title):
    other = make.magazine("The Other")
    HouseSaying.objects.create(title=title, written="Paris", said="PA-ree", language="fr")
    ours, theirs = make.article(title), make.article(other)
    assert said(ours, "Paris", "fr-CA") == "PA-ree"
    assert said(ours, "Paris", "en") == "Paris"
    assert said(theirs, "Paris", "fr") == "Paris"


def test_names_without_an_entry_are_told_the_most_mentioned_first(title):
    articles = [make.article(title) for _number in range(3)]
    draft = make.article(title)
    draft.unpublish()
    names = {}
    for name, kind, mentioned in (
        ("Averell", "place", 3), ("Hask", "person", 1), ("Lissow", "organisation", 2),
        ("Lending", "theme", 3), ("Nowhere", "place", 0),
    ):  # fmt: skip
        names[name] = make.topic(title, name, kind=kind)
        for article in articles[:mentioned]:
            Mention.objects.create(article=article, topic=names[name])
    Mention.objects.create(article=draft, topic=names["Nowhere"])
    ArticleTopic.objects.create(article=articles[0], topic=names["Hask"])
    ArticleTopic.objects.create(article=articles[1], topic=names["Hask"])
    ArticleTopic.objects.create(article=articles[2], topic=names["Hask"])

    def told() -> list[tuple[str, int]]:
        return [(one.title, one.articles_count) for one in lexicon.names_without_entry()]

    assert told() == [("Hask", 4), ("Averell", 3), ("Lissow", 2)]
    HouseSaying.objects.create(title=title, written="averell", said="AY-vrell")
    assert told() == [("Hask", 4), ("Lissow", 2)]


def test_a_list_of_names_asks_once_however_many_there_are(title, django_assert_num_queries):
    article = make.article(title)
    for number in range(6):
        Mention.objects.create(article=article, topic=make.topic(title, f"N{number}", kind="place"))
    with django_assert_num_queries(1):
        assert len(list(lexicon.names_without_entry())) == 6


def test_editors_keep_the_lexicon_and_authors_do_not(title):
    rights = {
        name: set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))
        for name in ("Editors", "Authors")
    }
    kept = {f"{act}_housesaying" for act in ("add", "change", "delete", "view")}
    assert kept <= rights["Editors"]
    assert not kept & rights["Authors"]
