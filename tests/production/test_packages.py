"""A package for a designer holds all of an issue, in order, and nothing that is nobody's business."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

import pytest
from django.core.files.images import ImageFile
from lxml import etree
from PIL import Image

from masthead.editorial.models import Picture
from masthead.manuscript import nodes
from masthead.manuscript.gate import Decision, GateClosed
from masthead.production import gathering, packages, pressings
from tests.factories import editorial as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

PLACE = "Hidden Cove 7"


def picture_of_a_place(title: str = "The pier, in fog", **fields) -> Picture:
    told = Image.Exif()
    told[270] = PLACE
    out = io.BytesIO()
    Image.effect_noise((800, 600), 80).convert("RGB").save(out, "JPEG", exif=told)
    return Picture.objects.create(
        title=title,
        file=ImageFile(out, name="DSC_0815-adas-phone.jpg"),
        credit="A. Maker",
        **fields,
    )


def figure(picture: Picture, caption: str = "", block_id: str = "f") -> nodes.Figure:
    words = (nodes.Text(caption),) if caption else ()
    return nodes.Figure(
        id=block_id, picture=picture.picture_key, alternative="A pier", caption=words
    )


@pytest.fixture
def title():
    return make.magazine()


@pytest.fixture
def issue(title):
    pier = picture_of_a_place()
    one = make.article(
        title,
        make.paragraph("Paid words."),
        figure(pier, "=cmd|' /C calc'!A0"),
        figure(pier, "Again", "f2"),
        headline="One",
        access="subscribers",
    )
    two = make.article(title, make.paragraph("Second words."), headline="Two", live=False)
    made = make.issue(title, one, two, cover=make.picture(name="cover.png", title="Cover"))
    made.editors_note = "<p>A word before.</p>"
    made.save()
    return made


def packed(issue, tmp_path, only: str = "", name: str = "made.zip") -> dict[str, bytes]:
    out = tmp_path / name
    packages.make(issue, out, at=THEN, only=only)
    with zipfile.ZipFile(out) as opened:
        assert opened.testzip() is None
        return {one: opened.read(one) for one in opened.namelist()}


def test_an_issue_is_packed_with_its_stories_in_order_its_note_and_its_cover(issue, tmp_path):
    files = packed(issue, tmp_path)
    one, two = (place.article.slug for place in issue.contents.order_by("sort_order"))
    folder = issue.slug
    assert sorted(files) == sorted(
        f"{folder}/{name}"
        for name in (
            "cover/cover.png",
            "00-from-the-editor/from-the-editor.icml",
            f"01-{one}/pictures/01-the-pier-in-fog.jpg",
            f"01-{one}/{one}.icml",
            f"02-{two}/{two}.icml",
            "pictures.csv",
            "README.txt",
        )
    )
    for name, words in ((f"01-{one}/{one}", "Paid words."), (f"02-{two}/{two}", "Second words."),
                        ("00-from-the-editor/from-the-editor", "A word before.")):  # fmt: skip
        story = etree.fromstring(files[f"{folder}/{name}.icml"])
        assert list(story.itertext("Content")).count(words) == 1
    told = files[f"{folder}/README.txt"].decode()
    assert f"01-{one}/{one}.icml" in told
    assert "File > Place" in told
    assert "Pull quote" in told


def test_a_story_names_the_very_files_that_are_packed_beside_it(issue, tmp_path):
    files = packed(issue, tmp_path)
    (path,) = (name for name in files if name.endswith(".icml") and "/01-" in name)
    folder = path.rpartition("/")[0]
    story = etree.fromstring(files[path])
    named = [
        "".join(one.itertext("Content"))
        for one in story.iter("ParagraphStyleRange")
        if one.get("AppliedParagraphStyle") == "ParagraphStyle/Picture"
    ]
    # Shown twice, it is one file.
    assert named == ["pictures/01-the-pier-in-fog.jpg"] * 2
    assert all(f"{folder}/{name}" in files for name in named)


def test_pictures_are_as_fine_as_they_were_brought_and_tell_nothing_else(issue, tmp_path):
    files = packed(issue, tmp_path)
    (name,) = (one for one in files if one.endswith("fog.jpg"))
    original = Picture.objects.get(title="The pier, in fog")
    with original.file.open("rb") as file:
        brought = file.read()
    assert PLACE.encode() in brought
    with Image.open(io.BytesIO(brought)) as old, Image.open(io.BytesIO(files[name])) as new:
        assert new.tobytes() == old.tobytes()
    everything = b"".join(files.values()) + "".join(files).encode()
    assert PLACE.encode() not in everything
    assert b"adas-phone" not in everything


def test_the_list_of_captions_is_read_by_a_spreadsheet_and_calculated_by_none(issue, tmp_path):
    data = packed(issue, tmp_path)[f"{issue.slug}/pictures.csv"]
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["caption"] for row in rows] == ["", "'=cmd|' /C calc'!A0", "Again"]
    assert [row["credit"] for row in rows] == ["A. Maker"] * 3
    assert rows[1]["file"].endswith("/pictures/01-the-pier-in-fog.jpg")
    assert rows[1]["article"] == "One"
    assert rows[1]["alternative text"] == "A pier"


def test_the_same_issue_gives_the_same_bytes(issue, tmp_path):
    packed(issue, tmp_path, name="first.zip")
    packed(issue, tmp_path, name="second.zip")
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


def test_one_article_is_packed_by_itself(issue, tmp_path):
    two = issue.contents.order_by("sort_order").last().article.slug
    files = packed(issue, tmp_path, only=two)
    assert sorted(name.partition("/")[2] for name in files) == sorted(
        [f"01-{two}/{two}.icml", "README.txt", "pictures.csv"]
    )
    assert packages.name_of(issue, two) == f"{issue.slug}-{two}-indesign.zip"
    with pytest.raises(gathering.CannotPress, match="no article called nowhere"):
        packed(issue, tmp_path, only="nowhere")


def test_no_name_leads_out_of_the_package(title, tmp_path):
    picture = picture_of_a_place("../../etc/passwd")
    article = make.article(title, figure(picture), headline="Up")
    issue = make.issue(title, article)
    type(article).objects.filter(pk=article.pk).update(slug="../../up")
    issue.slug = "..\\issue"
    for name in packed(issue, tmp_path):
        assert ".." not in name
        assert "\\" not in name
        assert name.startswith("issue/")


def test_a_closed_gate_makes_no_package(issue, tmp_path, monkeypatch):
    house = pressings._house
    shut = lambda at: gathering.House(  # noqa: E731
        decide=lambda article: Decision("lead", "test"),
        phrases_in=house(at).phrases_in,
        tokens=house(at).tokens,
    )
    monkeypatch.setattr(pressings, "_house", shut)
    with pytest.raises(GateClosed):
        packed(issue, tmp_path)


def test_a_picture_that_may_not_be_printed_keeps_an_issue_from_being_packed(issue, tmp_path):
    Picture.objects.filter(title="The pier, in fog").update(usable_until=date(2020, 1, 1))
    with pytest.raises(gathering.CannotPress, match="licence of the picture"):
        packed(issue, tmp_path)


def test_an_issue_without_articles_says_what_to_do(title, tmp_path):
    with pytest.raises(gathering.CannotPress, match="contents in the office"):
        packed(make.issue(title), tmp_path)
