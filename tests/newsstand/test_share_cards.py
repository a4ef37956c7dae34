"""The picture that stands for an article elsewhere."""

from __future__ import annotations

import io
import re
import uuid

import pytest
from django.core.files.storage import storages
from django_tasks_db.models import DBTaskResult
from PIL import Image, ImageChops, features

from masthead.editorial.models import Article
from masthead.manuscript import nodes
from masthead.newsstand import share_cards, tasks
from masthead.newsstand.share_cards import LAMP, PAPER, PICTURE_WIDTH, ShareCard
from tests.factories import editorial as make

RED = (200, 30, 30)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "PNG"
    assert image.size == (1200, 630)
    return image.convert("RGB")


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    """Return the box around all that is not paper, lamp or the red of a picture."""
    dark = image.convert("L").point(lambda value: 255 if value < 60 else 0)
    red = image.getchannel("R").point(lambda value: 255 if value < 100 else 0)
    box = ImageChops.multiply(dark, red).getbbox()
    assert box
    return box


def card(headline: str, language: str = "en", **fields) -> ShareCard:
    return ShareCard("The Gazette", headline, language, **fields)


def test_a_card_is_drawn_the_same_every_time_and_anything_on_it_changes_its_name() -> None:
    one = card("A dark quay", kicker="Harbour")
    assert share_cards.draw(one) == share_cards.draw(card("A dark quay", kicker="Harbour"))
    others = [
        card("A dark quay"), card("A darker quay", kicker="Harbour"),
        card("A dark quay", "fr", kicker="Harbour"),
        card("A dark quay", kicker="Harbour", picture="f" * 64),
        ShareCard("The Other", "A dark quay", "en", kicker="Harbour"),
    ]  # fmt: skip
    assert len({one.digest, *(other.digest for other in others)}) == 6


@pytest.mark.parametrize("words", [2, 12, 40])
@pytest.mark.parametrize("pictured", [False, True])
def test_however_long_a_headline_is_it_stays_on_the_card(words: int, pictured: bool) -> None:
    picture = Image.new("RGB", (640, 400), RED) if pictured else None
    image = opened(share_cards.draw(card("harbour " * words + "end", kicker="K" * 80), picture))
    left, top, right, bottom = ink(image)
    assert left >= 50
    assert top >= 40
    assert right <= 1200 - 50 - (PICTURE_WIDTH if pictured else 0)
    assert bottom <= 620


def test_one_word_wider_than_the_card_does_not_leave_it() -> None:
    image = opened(share_cards.draw(card("Donaudampfschifffahrtsgesellschaft" * 3)))
    assert ink(image)[2] <= 1160


def test_the_picture_keeps_its_focus() -> None:
    wide = Image.new("RGB", (3000, 600), RED)
    wide.paste((30, 30, 200), (0, 0, 1000, 600))
    left = opened(share_cards.draw(card("A", focus=(0.0, 0.5)), wide))
    right = opened(share_cards.draw(card("A", focus=(1.0, 0.5)), wide))
    assert left.getpixel((1190, 600)) == (30, 30, 200)
    assert right.getpixel((1190, 600)) == RED


@pytest.mark.skipif(not features.check("raqm"), reason="This Pillow cannot join Arabic letters.")
def test_arabic_is_joined_and_stands_on_the_right() -> None:
    image = opened(share_cards.draw(card("قهوة على الرصيف", "ar", kicker="رسالة")))
    box = ink(image.crop((0, 150, 1200, 600)))
    assert box[2] > 1120
    assert box[0] > 400
    # Letters that are not joined have their separate forms, and are far wider.
    face = share_cards._font(share_cards.ARABIC, 100)
    joined = face.getlength("قهوة", direction="rtl", language="ar")
    apart = sum(face.getlength(letter) for letter in "قهوة")
    assert joined < apart * 0.9


def test_what_an_editor_cut_away_is_not_on_the_card() -> None:
    halves = Image.new("RGB", (2000, 1000), RED)
    halves.paste((30, 30, 200), (1000, 0, 2000, 1000))
    for focus in (None, (0.9, 0.5)):
        drawn = share_cards.draw(card("A", crop=(0.0, 0.0, 0.5, 1.0), focus=focus), halves)
        picture = opened(drawn).crop((1200 - PICTURE_WIDTH, 0, 1200, 630))
        assert picture.getcolors() == [(PICTURE_WIDTH * 630, RED)]


def test_words_that_no_face_has_leave_the_picture_to_speak() -> None:
    picture = Image.new("RGB", (1200, 630), RED)
    image = opened(share_cards.draw(card("港の灯"), picture))
    assert image.getcolors() == [(1200 * 630, RED)]
    assert LAMP == "#ffc20e"
    assert opened(share_cards.draw(card("港の灯"))).getcolors() == [(1200 * 630, (255, 194, 14))]


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Qui a peur\u202f?", "Qui a peur\u00a0?"),
        ("A two\u2011part quay", "A two-part quay"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("A dark\n quay", "A dark quay"),
        ("Har\u00adbour", "Harbour"),
    ],
)
def test_signs_that_only_tell_how_to_set_words_do_not_silence_them(written, same) -> None:
    assert ink(opened(share_cards.draw(card(same))))
    drawn = share_cards.draw(card(written, kicker=written))
    assert drawn == share_cards.draw(card(same, kicker=same))


def test_without_shaping_arabic_is_not_set_at_all(monkeypatch) -> None:
    monkeypatch.setattr(share_cards.features, "check", lambda name: False)
    picture = Image.new("RGB", (1200, 630), RED)
    assert opened(share_cards.draw(card("قهوة", "ar"), picture)).getcolors() == [(756_000, RED)]
    assert ink(opened(share_cards.draw(card("Coffee"), picture)))


def test_a_picture_with_holes_stands_on_paper() -> None:
    holes = Image.new("RGBA", (480, 630), (0, 0, 0, 0))
    image = opened(share_cards.draw(card("A"), holes))
    assert PAPER == "#ffffff"
    assert image.getpixel((1100, 300)) == (255, 255, 255)


# --- At its address -----------------------------------------------------------


@pytest.fixture
def title(db):
    return make.magazine(tagline="News of the town")


def named(client, address: str) -> str:
    page = client.get(address).content.decode()
    (url,) = re.findall(r'<meta property="og:image" content="http://testserver([^"]+)">', page)
    return url


def test_a_page_names_its_card_and_the_card_is_there(title, client) -> None:
    article = make.article(title, headline="A dark quay")
    url = named(client, article.url)
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert "immutable" in answer["Cache-Control"]
    opened(answer.content)
    assert client.head(url).status_code == 200
    opened(client.get(named(client, "/articles/")).content)


def test_a_card_is_drawn_once(title, client, monkeypatch) -> None:
    url = named(client, make.article(title).url)
    first = client.get(url).content
    monkeypatch.setattr(share_cards, "draw", lambda *_: pytest.fail("It was drawn again."))
    assert client.get(url).content == first


def test_a_changed_headline_has_another_card_and_the_old_address_leads_to_it(title, client) -> None:
    article = make.article(title, headline="Ten ships")
    old = named(client, article.url)
    client.get(old)
    article.title = "Nine ships"
    article.save_revision().publish()
    new = named(client, article.url)
    assert new != old
    answer = client.get(old)
    assert answer.status_code == 302
    assert answer["Location"] == new
    client.get(new)
    folder = f"share/{article.key}"
    assert storages["private"].listdir(folder)[1] == [new.rpartition("/")[2]]


def test_what_is_not_out_has_no_card(title, client) -> None:
    draft = make.article(title, live=False)
    out = make.article(title)
    url = named(client, out.url)
    assert client.get(f"/share/{draft.key}/{'0' * 32}.png").status_code == 404
    assert client.get(f"/share/{uuid.uuid4()}/{'0' * 32}.png").status_code == 404
    out.unpublish()
    assert client.get(url).status_code == 404


def test_a_picture_that_may_not_be_on_the_web_is_not_on_the_card(title, client) -> None:
    picture = make.picture(permitted_editions=["paper"])
    figure = nodes.Figure(id="l", picture=picture.picture_key)
    article = make.article(title, lead_figure=figure, headline="A dark quay")
    assert named(client, article.url).endswith(f"/{card('A dark quay').digest}.png")


def test_a_lost_picture_does_not_keep_a_card_from_being_drawn(title, client) -> None:
    picture = make.picture()
    article = make.article(title, lead_figure=nodes.Figure(id="l", picture=picture.picture_key))
    url = named(client, article.url)
    picture.file.storage.delete(picture.file.name)
    assert client.get(url).status_code == 200


def test_a_huge_picture_is_not_held_whole_while_its_card_is_drawn(title) -> None:
    picture = make.picture(name="wide.png", size=(9000, 200))
    held = share_cards._picture(picture.sha256)
    assert max(held.size) <= share_cards.LARGEST_HELD


@pytest.mark.parametrize("error", [Image.DecompressionBombError, SyntaxError, ValueError, OSError])
def test_a_picture_that_cannot_be_read_does_not_keep_a_card_from_being_drawn(
    title, client, monkeypatch, error
) -> None:
    picture = make.picture()
    article = make.article(title, lead_figure=nodes.Figure(id="l", picture=picture.picture_key))
    url = named(client, article.url)

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(share_cards.Image, "open", fail)
    assert client.get(url).status_code == 200


def test_the_card_is_drawn_when_the_article_comes_out(
    title, client, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        article = make.article(title)
    queued = DBTaskResult.objects.filter(task_path=tasks.draw_share_card.module_path)
    assert [result.args_kwargs["args"] for result in queued] == [[article.pk]]
    digest = tasks.draw_share_card.func(article.pk)
    assert named(client, article.url).endswith(f"/{digest}.png")
    Article.objects.filter(pk=article.pk).update(live=False)
    assert tasks.draw_share_card.func(article.pk) == ""
