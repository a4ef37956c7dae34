"""A folder of Markdown becomes a magazine, as often as one likes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError

from masthead.editorial import manuscripts
from masthead.editorial.models import (
    Article,
    Attachment,
    Contributor,
    Correction,
    Dossier,
    Issue,
    Picture,
    Section,
    Topic,
)
from masthead.exchange.importers import articles
from masthead.manuscript import nodes, walk
from tests.exchange.conftest import article, everything, reasons
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

WHOLE = """
title: The harbour that moved
kicker: Northquay
authors: [Ada Okafor, {name: M. Lind, role: Photographs by, guest: true}]
date: 2026-03-01 09:00
section: politics
issue: no-1
topics: [northquay]
access: registered
pictures: {pier.png: {alt: A pier in fog, credit: M. Lind, licensor: the photographer}}
"""


@pytest.fixture
def magazine(lay, draw):
    """Lay out a folder with one of each kind of file."""
    lay("sections/politics.md", "kind: section\ntitle: Politics", "Who decides.")
    lay(
        "contributors/ada.md",
        "kind: contributor\nname: Ada Okafor\npicture: ada.png",
        "She writes.",
    )
    lay("topics/northquay.md", "kind: topic\nname: Northquay\ntype: place")
    lay(
        "issues/no-1.md",
        "kind: issue\ncover_date: 2026-03-01\non_sale: 2026-03-01 09:00\ncover: cover.png\n"
        "cover_lines: [A moving tale]\ncontents: [{article: harbour, page: 6}]",
        "A *note*.",
    )
    lay(
        "harbour/index.md",
        WHOLE,
        "The words of [Northquay]{mention=northquay}, and [more](../more.md).\n\n"
        ':::figure {picture="pier.png"}\nThe pier.\n:::\n\n'
        ':::audio {audio="bell.mp3" title="The bell" seconds=3}\nIt strikes.\n:::\n',
    ).with_name("bell.mp3").write_bytes(b"ID3 a bell")
    lay("more.md", "title: More of it\ndate: 2026-03-02\nissue: no-1\nrelease: with_issue")
    lay(
        "dossier.md",
        "kind: dossier\ntitle: Coasts\nentries: [{date: 2026-03-01, text: We report., article: harbour}]",
    )
    draw("contributors/ada.png", "red")
    draw("issues/cover.png", "gold")
    draw("harbour/pier.png", "teal")


def test_every_kind_of_file_finds_its_place(magazine, bring_in):
    report = bring_in()
    assert report.not_carried == []
    harbour = article("harbour")
    assert harbour.live
    assert harbour.access == "registered"
    assert harbour.section == Section.objects.get(slug="politics", introduction="Who decides.")
    assert [byline.printed_name for byline in harbour.bylines.all()] == ["Ada Okafor", "M. Lind"]
    assert harbour.bylines.first().contributor.portrait is not None
    assert [str(link.topic) for link in harbour.topic_links.all()] == ["Northquay"]
    issue = Issue.objects.get()
    assert issue.state == Issue.State.ON_SALE
    assert "<i>note</i>" in issue.editors_note
    assert issue.cover.title == "cover"
    assert [(e.article.slug, e.page_hint) for e in issue.contents.all()] == [
        ("harbour", 6),
        ("more", None),
    ]
    assert Dossier.objects.get().entries.get().article.pk == harbour.pk
    assert Attachment.objects.get().media_type == "audio/mpeg"


def test_the_same_folder_again_changes_no_row_and_no_file(magazine, bring_in):
    first = bring_in()
    before = everything()
    assert before[1], "there must be files to compare"
    assert bring_in() == first
    rows, files = everything()
    for table, content in rows.items():
        assert content == before[0][table], table
    assert files == before[1]


def test_changing_one_file_changes_its_article_alone(magazine, lay, bring_in):
    bring_in()
    before = {a.slug: a.latest_revision_id for a in Article.objects.all()}
    lay("more.md", "title: More of it\ndate: 2026-03-02\nissue: no-1\nrelease: with_issue", "New.")
    bring_in()
    after = {a.slug: a.latest_revision_id for a in Article.objects.all()}
    assert before["harbour"] == after["harbour"]
    assert before["more"] != after["more"]
    assert walk.plain_text(manuscripts.to_manuscript(article("more"))) == "New."


def test_what_an_editor_changed_in_the_office_stays(magazine, bring_in):
    bring_in()
    editor = get_user_model().objects.create_superuser("ed@example.org", "x")
    copy = article("harbour")
    copy.title = "The harbour that stayed"
    copy.save_revision(user=editor).publish(user=editor)
    report = bring_in()
    assert article("harbour").title == "The harbour that stayed"
    assert "was changed in the office" in reasons(report, "harbour/index.md")
    assert "headline" in reasons(report, "harbour/index.md")


def test_a_dry_run_tells_the_same_and_leaves_nothing(magazine, bring_in):
    before = everything()
    rehearsed = bring_in(dry_run=True)
    assert everything() == before
    assert bring_in() == rehearsed


def test_articles_link_to_each_other_whatever_their_order(lay, bring_in):
    lay("a.md", "title: A\ndate: 2026-01-01", "See [b](b.md) and [c](/articles/c/).")
    lay("b.md", "title: B\ndate: 2026-01-01", "See [a](a.md), [d](d.md) and [out](//x.example/y).")
    lay("c/index.md", "title: C\ndate: 2026-01-01", "See [a](../a.md).")
    report = bring_in()

    def links(slug):
        words = walk.words(manuscripts.to_manuscript(article(slug)))
        return [word.href for word in words if isinstance(word, nodes.Link)]

    assert links("a") == [article("b").article_key, article("c").article_key]
    assert links("b") == [article("a").article_key, "https://x.example/y"]
    assert links("c") == [article("a").article_key]
    assert reasons(report) == "The link to “d.md” leads nowhere here; its words were kept."
    assert article("a").revisions.count() == 1
    # Kept as a link to the page, so that it follows wherever the page moves.
    assert str(article("a").body.get_prep_value()).count('linktype="page"') == 2


def test_a_date_decides_whether_an_article_is_out(lay, bring_in):
    lay("past.md", "title: Past\ndate: 2026-08-31 23:59")
    lay("future.md", "title: Future\ndate: 2099-01-01 09:00")
    lay("dateless.md", "title: Dateless")
    lay("held.md", "title: Held\ndate: 2026-01-01\ndraft: true")
    report = bring_in()
    assert (report.published, report.scheduled, report.draft) == (1, 1, 2)
    # Nine in the morning in Lisbon, in winter.
    assert article("future").scheduled_revision.approved_go_live_at == datetime(
        2099, 1, 1, 9, tzinfo=UTC
    )
    assert article("past").published_at == datetime(2026, 8, 31, 22, 59, tzinfo=UTC)
    assert bring_in() == report


def test_an_article_that_came_out_is_not_called_back(lay, bring_in):
    lay("a.md", "title: A\ndate: 2026-01-01")
    bring_in()
    lay("a.md", "title: A\ndate: 2026-01-01\ndraft: true")
    assert "Unpublish it in the office" in reasons(bring_in())
    assert article("a").live


@pytest.mark.parametrize("access", ["open", "registered", "metered", "subscribers"])
def test_access_is_kept(lay, bring_in, access):
    lay("a.md", f"title: A\ndate: 2026-01-01\naccess: {access}")
    bring_in()
    assert article("a").access == access


@pytest.mark.parametrize("line", ["", "password: secret-word", "status: published"])
def test_without_a_word_about_access_an_article_is_for_subscribers(lay, bring_in, line):
    lay("a.md", f"title: A\ndate: 2026-01-01\n{line}")
    report = bring_in()
    assert article("a").access == "subscribers"
    assert "secret-word" not in json.dumps(report.as_json())


@pytest.mark.parametrize("access", ["Subscribers", "paid", "[open]", "true"])
def test_access_that_is_none_of_the_four_never_lets_an_article_in(lay, bring_in, access):
    lay("a.md", f"title: A\ndate: 2026-01-01\naccess: {access}")
    report = bring_in()
    assert not Article.objects.exists()
    assert reasons(report, "a.md")


def test_names_in_bylines_get_pages_but_guests_do_not(lay, bring_in):
    lay("a.md", "title: A\nauthor: Ada Okafor\ndate: 2026-01-01")
    lay("b.md", "title: B\nauthors: [ada okafor, {name: Guest, guest: true}]\ndate: 2026-01-01")
    report = bring_in()
    assert Contributor.objects.get().title == "Ada Okafor"
    assert report.contributors == 1


def test_corrections_are_put_on_record_once(lay, bring_in):
    front = (
        "title: A\ndate: 2026-01-01\ncorrections: [{{date: 2026-01-03, text: {}, editions: [web]}}]"
    )
    lay("a.md", front.format("It is forty."))
    bring_in()
    lay("a.md", front.format("It is four."))
    bring_in()
    correction = Correction.objects.get()
    assert correction.text == "It is four."
    assert correction.made_at == datetime(2026, 1, 3, tzinfo=UTC)
    assert correction.editions_affected == ["web"]


def test_a_lead_of_its_own_length_ends_where_it_says(lay, bring_in):
    words = "One two three four five.\n\n" * 6
    lay("a.md", "title: A\ndate: 2026-01-01\nlead_words: 6", words)
    bring_in()
    lead = walk.lead(manuscripts.to_manuscript(article("a")))
    assert walk.word_count(lead.blocks) == 10


def test_keys_of_other_houses_are_understood(lay, draw, bring_in):
    draw("cover.png")
    lay(
        "a.md",
        "headline: A\nbyline: Ada Okafor\npubDate: 2026-01-01\nlang: pt_PT\nexcerpt: In short.\n"
        "categories: [Culture, Crafts]\ntags: wood, maps\nfeature_image: cover.png\n"
        "license: CC BY\nid: 77\nlisted: 'true'",
    )
    report = bring_in()
    one = article("a")
    assert report.not_carried == []
    assert (one.title, one.language, one.standfirst) == ("A", "pt-PT", "In short.")
    assert one.section.title == "Culture"
    assert {topic.title for topic in Topic.objects.all()} == {"Wood", "Maps", "Crafts"}
    assert Picture.objects.get().rights_note == "CC BY"
    assert manuscripts.to_manuscript(one).front.lead_figure


@pytest.mark.parametrize("line", ["listed: false", "published: false", "status: draft"])
def test_drafts_of_other_houses_stay_drafts(lay, bring_in, line):
    lay("a.md", f"title: A\ndate: 2026-01-01\n{line}")
    assert bring_in().draft == 1


def test_an_id_keeps_an_article_itself_when_its_file_moves(lay, bring_in):
    front = "title: A\nnid: '1238'\ndate: 2026-01-01"
    old = lay("old.md", front)
    bring_in()
    key = article("old").key
    old.unlink()
    lay("x/new.md", front)
    bring_in()
    assert Article.objects.get().key == key
    assert Article.objects.get().slug == "new"


def test_a_key_that_nobody_knows_is_reported(lay, bring_in):
    lay("a.md", "title: A\nlayout: post\nweight: 3")
    lay("b.md", "kind: topic\nname: B\ncolour: red")
    report = bring_in()
    assert "layout: this key is not known" in reasons(report, "a.md")
    assert "weight: this key is not known" in reasons(report, "a.md")
    assert "colour: this key is not known" in reasons(report, "b.md")


def test_two_files_of_one_name_get_two_addresses(lay, bring_in):
    lay("x/a.md", "title: A")
    lay("y/a.md", "title: B")
    report = bring_in()
    assert {one.slug for one in Article.objects.all()} == {"a", "a-2"}
    assert "“a” is taken" in reasons(report, "y/a.md")
    assert bring_in() == report


def test_one_folder_can_be_brought_into_two_titles(lay, bring_in):
    lay("a.md", "title: A\nauthor: Ada Okafor\ndate: 2026-01-01")
    bring_in()
    bring_in(title=make.magazine("Another"))
    assert Article.objects.filter(slug="a").count() == 2


def test_a_failing_article_leaves_nothing_half_written(lay, draw, bring_in, monkeypatch):
    draw("a.png")
    lay("a.md", "title: A\nauthor: Somebody New\ndate: 2026-01-01", "![x](a.png)")
    lay("b.md", "title: B\nauthor: Somebody New\ndate: 2026-01-01")
    write_up = articles._check

    def fail(one: Article) -> None:
        write_up(one)
        if one.title == "A":
            raise IntegrityError("the disk coughed")

    monkeypatch.setattr(articles, "_check", fail)
    _rows, files = everything()
    report = bring_in()
    assert "the disk coughed" in reasons(report, "a.md")
    assert [one.title for one in Article.objects.all()] == ["B"]
    assert not Picture.objects.exists()
    assert everything()[1] == files
    assert report.pictures == 0
    assert Contributor.objects.get().bylines.get().article.title == "B"


def test_the_report_is_one_object_of_known_shape(lay, bring_in):
    lay("a.md", "title: A\ndate: 2026-01-01\nauthor: Ada\nissue: '7'\nlayout: x")
    assert json.loads(json.dumps(bring_in().as_json())) == {
        "articles": {"published": 1, "scheduled": 0, "draft": 0},
        "contributors": 1,
        "issues": 1,
        "pictures": 0,
        "not_carried": [
            {"file": "a.md", "reason": "layout: this key is not known for the kind “article”."}
        ],
    }


def test_progress_counts_every_article(lay, bring_in):
    for name in "abc":
        lay(f"{name}.md", f"title: {name}")
    heard = []
    bring_in(progress=lambda path, done, total: heard.append((path, done, total)))
    assert heard == [("a.md", 0, 3), ("b.md", 1, 3), ("c.md", 2, 3), ("", 3, 3)]


def test_sections_come_in_the_order_that_their_files_ask_for(title, lay, bring_in):
    for name, order in {
        "Art": "order: 10",
        "Books": "",
        "City": "order: 0",
        "Dance": "order: 9",
    }.items():
        lay(f"sections/{name.lower()}.md", f"kind: section\ntitle: {name}\n{order}")
    assert bring_in().not_carried == []
    sections = Section.objects.child_of(make.front_of(title)).order_by("path")
    assert [section.title for section in sections] == ["City", "Dance", "Art", "Books"]


@pytest.mark.parametrize("order", ["first", "-1", "1.5", "[1, 2]"])
def test_an_order_that_is_no_number_is_reported_and_loses_nothing(title, lay, bring_in, order):
    lay("sections/art.md", f"kind: section\ntitle: Art\norder: {order}", "All of it.\n")
    lay("sections/books.md", "kind: section\ntitle: Books\norder: 2")
    told = reasons(bring_in(), "sections/art.md")
    assert told.startswith("order: ")
    assert "left out" not in told
    sections = Section.objects.child_of(make.front_of(title)).order_by("path")
    assert [(one.title, one.introduction) for one in sections] == [
        ("Books", "Some words."),
        ("Art", "All of it."),
    ]
