"""Editors see and hear what is said before anybody else does, and keep the lexicon of names."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from masthead.editorial.models import ArticleSaying, HouseSaying
from masthead.editorial.models.article import Mention
from masthead.office.views import speech
from masthead.production import hearing
from masthead.production.models import Narration
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.paper import paragraph

pytestmark = pytest.mark.django_db

BODY = (paragraph("It cost $4bn in Averell."), paragraph("Nobody came.", "q"))


@pytest.fixture
def title():
    return make.magazine()


def sign_in(client, group: str = "Editors", mail: str = "staff@gazette.example"):
    staff = let.reader(mail)
    staff.groups.add(Group.objects.get(name=group))
    client.force_login(staff)
    return staff


@pytest.fixture
def previewed(client):
    """Preview an article as it is kept, in the mode of speech."""

    def previewed(article, mode: str = "speech"):
        return client.get(
            reverse("wagtailadmin_pages:view_draft", args=[article.pk]), {"mode": mode}
        )

    return previewed


def tickets(page: str) -> list[str]:
    return re.findall(r'src="([^"]+/said/[^"]+\.mp3)"', page)


# --- The preview ------------------------------------------------------------


def test_an_editor_sees_what_is_said_with_what_differs_from_print_marked(client, title, previewed):
    article = make.article(title, *BODY, language="en-GB")
    article.sayings = [ArticleSaying(written="Averell", said="AY-vrell")]
    article.save_revision()
    sign_in(client)
    answer = previewed(article)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<mark>four billion dollars</mark> in <mark>AY-vrell.</mark>" in page
    assert '<p class="printed">It cost $4bn in Averell.</p>' in page
    assert '<p class="said">Nobody came. </p>' in page
    assert "no-store" in answer["Cache-Control"]


def test_a_sentence_of_a_draft_is_heard_by_who_saw_it_and_by_nobody_else(client, title, previewed):
    article = make.article(title, *BODY)
    article.unpublish()
    article.save_revision()
    sign_in(client)
    sounds = tickets(previewed(article).content.decode())
    assert len(sounds) >= 3
    answer = client.get(sounds[-1])
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer.content[:3] == b"ID3"
    assert "private" in answer["Cache-Control"]
    assert not Narration.objects.filter(article=article).exclude(state="waiting").exists()
    sign_in(client, mail="other@gazette.example")
    assert client.get(sounds[-1]).status_code == 404
    client.logout()
    assert client.get(sounds[-1]).status_code == 302


def test_an_editor_is_told_what_came_of_the_last_reading(client, title, previewed):
    article = make.article(title, *BODY)
    sign_in(client)
    Narration.objects.filter(article=article).update(
        state="ready", narrator="Ada Reader", notes="This seems to be of <another> article."
    )
    page = previewed(article).content.decode()
    assert "Ready, Ada Reader." in page
    assert "This seems to be of &lt;another&gt; article." in page


def test_words_that_nobody_was_shown_are_not_said(client, title):
    staff = sign_in(client)
    good = hearing.ticket("It left.", "en", staff)
    assert client.get(reverse("office:hear", args=[good])).status_code == 200
    for bad in (good[:-1] + ("A" if good[-1] != "A" else "B"), "x", f"{good}x", "a:b:c"):
        assert client.get(reverse("office:hear", args=[bad])).status_code == 404


def test_an_engine_that_cannot_say_it_is_told_instead_of_another_voice(
    client, title, settings, monkeypatch
):
    staff = sign_in(client)
    ticket = hearing.ticket("It left.", "tlh", staff)
    answer = client.get(reverse("office:hear", args=[ticket]))
    assert answer.status_code == 503
    assert "tlh" in answer.content.decode()


def test_who_may_not_edit_an_article_sees_nothing_of_what_is_said_in_it(
    client, title, previewed, rf
):
    article = make.article(title, *BODY, access="subscribers")
    article.save_revision()
    sign_in(client, "Authors")
    answer = previewed(article)
    assert answer.status_code in (302, 403)
    assert b"AY-vrell" not in answer.content
    request = rf.get("/")
    request.user, request.session = let.reader("nobody@gazette.example"), {}
    request.is_preview = True
    with pytest.raises(PermissionDenied):
        speech.preview(article, request)


@pytest.mark.parametrize(
    ("printed", "said", "told"),
    [
        ("It left.", "It left.", [("It left.", False)]),
        ("“It left,” he said", "It left, he said", [("It left, he said", False)]),
        ("It cost $4bn.", "It cost four billion dollars.",
         [("It cost", False), ("four billion dollars.", True)]),
        ("", "Quote:", [("Quote:", True)]),
    ],
)  # fmt: skip
def test_what_differs_is_told_in_stretches_of_words(printed, said, told):
    assert speech.compared(printed, said) == told


# --- The lexicon ------------------------------------------------------------


def test_an_editor_keeps_the_lexicon(client, title):
    sign_in(client)
    asked = {"title": title.pk, "written": "Averell", "said": "AY-vrell", "ipa": "", "language": "en",
             "whole_words": "on", "case_matters": "on"}  # fmt: skip
    answer = client.post(reverse("lexicon:add"), asked)
    assert answer.status_code == 302, answer.content.decode()
    assert HouseSaying.objects.get().entry("en").said == "AY-vrell"
    again = client.post(reverse("lexicon:add"), asked)
    assert again.status_code == 200
    assert HouseSaying.objects.count() == 1
    listed = client.get(reverse("lexicon:index")).content.decode()
    assert "AY-vrell" in listed
    assert reverse("office:names") in listed


def test_names_without_an_entry_are_heard_and_added(client, title):
    place = make.topic(title, "Port Averell", kind="place")
    Mention.objects.create(article=make.article(title), topic=place)
    sign_in(client)
    page = client.get(reverse("office:names")).content.decode()
    assert "Port Averell" in page
    (sound,) = tickets(page)
    assert client.get(sound).content[:3] == b"ID3"
    form = client.get(f"{reverse('lexicon:add')}?written=Port%20Averell").content.decode()
    assert 'value="Port Averell"' in form
    HouseSaying.objects.create(title=title, written="Port Averell", said="port AY-vrell")
    assert "Every name has an entry" in client.get(reverse("office:names")).content.decode()


def test_the_lexicon_leaves_the_house_as_a_file_in_each_language(client, title):
    HouseSaying.objects.create(title=title, written="Averell", said="AY-vrell")
    HouseSaying.objects.create(title=title, written="Lyon", said="li-on", language="fr")
    sign_in(client)
    own = client.get(reverse("office:lexicon_pls", args=[title.pk, title.language]))
    assert own["Content-Type"].startswith("application/pls+xml")
    assert "attachment" in own["Content-Disposition"]
    assert b"<alias>AY-vrell</alias>" in own.content
    assert b"Lyon" not in own.content
    french = client.get(reverse("office:lexicon_pls", args=[title.pk, "fr"]))
    assert b"Lyon" in french.content
    assert client.get(reverse("office:lexicon_pls", args=[title.pk, "de"])).status_code == 404
    assert client.get(reverse("office:lexicon_pls", args=[999, "fr"])).status_code == 404


def test_published_articles_are_read_anew_when_an_editor_says_so(client, title):
    article = make.article(title, *BODY)
    Narration.objects.all().delete()
    sign_in(client)
    assert client.get(reverse("office:read_anew")).status_code == 405
    assert client.post(reverse("office:read_anew")).status_code == 302
    assert Narration.objects.get().article == article


def test_the_lexicon_is_for_editors(client, title):
    HouseSaying.objects.create(title=title, written="Averell", said="AY-vrell")
    sign_in(client, "Authors")
    for address in (
        reverse("office:names"),
        reverse("office:lexicon_pls", args=[title.pk, title.language]),
        reverse("lexicon:index"),
        reverse("lexicon:add"),
    ):
        answer = client.get(address)
        assert answer.status_code in (302, 403), address
        assert b"AY-vrell" not in answer.content
    client.post(reverse("office:read_anew"))
    assert not Narration.objects.exists()


def test_a_list_of_names_asks_no_more_the_longer_it_is(
    client, title, django_assert_max_num_queries
):
    article = make.article(title)
    for number in range(20):
        Mention.objects.create(article=article, topic=make.topic(title, f"N{number}", kind="place"))
    sign_in(client)
    client.get(reverse("office:names"))
    with django_assert_max_num_queries(30):
        client.get(reverse("office:names"))
