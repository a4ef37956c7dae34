"""The crawl sees leaks: each of these is planted, and each must turn it red.

They are the leaks that magazines had: in feeds, in the head of a page, in lists, in files, in
answers to odd requests. A surface that the crawl does not look at would keep one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings as configured
from django.http import HttpResponse
from django.views.static import serve
from wagtail import hooks

from masthead.circulation import editions, entitlements, facts, private_feeds, viewers
from masthead.circulation.models import PrivateFeed
from masthead.config import media as media_view
from masthead.editorial import faces as editorial_faces
from masthead.editorial import manuscripts, press_documents
from masthead.editorial.models import Article
from masthead.manuscript import codec, nodes, walk
from masthead.manuscript.gate import Decision
from masthead.newsstand import (
    article_metadata,
    cards,
    feeds,
    podcast_forms,
    podcasts,
    sitemaps,
    structured_data,
)
from masthead.newsstand.views import articles, faces, narrations, own_podcasts, proofs, recordings
from masthead.press import web
from masthead.production import guests
from masthead.production.models import Guest
from masthead.production.models.proof import GuestQuerySet
from tests.house.test_surfaces import CANARY, answers, surfaces

pytestmark = pytest.mark.django_db

FULL = Decision("full", "planted")


def words_of(article: Article) -> str:
    """Return every word of an article, closed ones included."""
    return walk.plain_text(manuscripts.to_manuscript(article))


def whole_of(document: Any) -> list[Any]:
    return [block for body in document.whole.open(FULL) for block in walk.blocks(body.blocks)]


def wrap(patch: pytest.MonkeyPatch, place: Any, name: str, change: Callable[..., Any]) -> None:
    """Replace a function by one that gets the first, and what it was called with."""
    first = getattr(place, name)
    patch.setattr(place, name, lambda *given, **named: change(first, *given, **named))


def whole_text_in_feeds(patch, aviary) -> None:
    wrap(
        patch, feeds, "_text", lambda first, document, _decision, name: first(document, FULL, name)
    )


def article_body_in_structured_data(patch, aviary) -> None:
    def change(first, *given, **named):
        return first(*given, **named) | {"articleBody": words_of(aviary.article)}

    wrap(patch, structured_data, "article", change)


def description_made_from_the_text(patch, aviary) -> None:
    def change(first, request, **named):
        if named.get("page") and isinstance(named["page"], Article):
            named["description"] = words_of(aviary.article)[:600]
        return first(request, **named)

    wrap(patch, articles, "chrome_for", change)


def share_image_described_by_a_caption(patch, aviary) -> None:
    def change(first, values, forme):
        body = manuscripts.to_manuscript(aviary.article).body
        figure = next(one for one in walk.blocks(body) if isinstance(one, nodes.Figure))
        return replace(first(values, forme), alternative=figure.alternative)

    wrap(patch, article_metadata, "_share_image", change)


def excerpt_of_the_text_on_cards(patch, aviary) -> None:
    def change(first, article, picture, **named):
        card = first(article, picture, **named)
        return replace(card, standfirst=" ".join(words_of(article).split()[:60]))

    wrap(patch, cards, "_article_card", change)


def alternative_text_of_a_closed_picture(patch, aviary) -> None:
    def change(first, document, *given):
        figure = next(one for one in whole_of(document) if isinstance(one, nodes.Figure))
        return first(document, *given) + f'<img src="/x.png" alt="{figure.alternative}">'

    wrap(patch, web, "render_lead_figure", change)


def all_footnotes_below_the_lead(patch, aviary) -> None:
    def change(first, document, decision, *given):
        notes = [note for body in document.whole.open(FULL) for note in body.notes]
        return first(document, decision, *given) + repr(notes)

    wrap(patch, web, "render", change)


def second_part_for_everybody(patch, aviary) -> None:
    def change(first, request, article, at):
        return FULL if request.path.endswith("/2/") else first(request, article, at)

    wrap(patch, articles.viewers, "decide", change)


def hidden_by_the_style_sheet(patch, aviary) -> None:
    def change(first, document, decision, *given):
        return first(document, decision, *given) + f"<div hidden>{first(document, FULL)}</div>"

    wrap(patch, web, "render", change)


def recordings_for_everybody(patch, aviary) -> None:
    def change(first, request, article, at):
        return FULL if request.path.startswith("/recordings/") else first(request, article, at)

    wrap(patch, recordings.viewers, "decide_on_media", change)


def narrations_for_everybody(patch, aviary) -> None:
    def change(first, request, article, at):
        return FULL if request.path.endswith(".vtt") else first(request, article, at)

    wrap(patch, narrations.viewers, "decide_on_media", change)


def attachments_for_everybody(patch, aviary) -> None:
    patch.setitem(hooks._hooks, "before_serve_document", [])


def preview_for_everybody(patch, aviary) -> None:
    def change(first, request, article, at):
        return FULL if request.GET.get("preview") else first(request, article, at)

    wrap(patch, articles.viewers, "decide", change)


def private_folder_among_the_public_ones(patch, aviary) -> None:
    class Open:
        def fullmatch(self, path: str) -> bool:
            return True

    patch.setattr(media_view, "_RENDITION", Open())
    patch.setattr(
        media_view,
        "serve",
        lambda request, path, document_root: serve(
            request, path, document_root=str(configured.INSTALLATION.private)
        ),
    )


def a_range_without_the_gate(patch, aviary) -> None:
    def change(first, request, article, at):
        return FULL if "range" in request.headers else first(request, article, at)

    wrap(patch, recordings.viewers, "decide_on_media", change)


def a_head_without_the_gate(patch, aviary) -> None:
    def change(first, page, request, **named):
        answer = first(page, request, **named)
        if request.method == "HEAD" and isinstance(page, Article):
            answer["X-Words"] = (
                words_of(page)[:2000].encode("ascii", "replace").decode().split("\n")[-1]
            )
        return answer

    wrap(patch, faces, "draw", change)
    patch.setattr(editorial_faces, "_face", faces.draw)


def another_format_for_the_asking(patch, aviary) -> None:
    def change(first, page, request, **named):
        wanted = request.headers.get("accept") == "application/json"
        if wanted and isinstance(page, Article):
            found = codec.encode(manuscripts.to_manuscript(page))
            return HttpResponse(str(found), content_type="application/json")
        return first(page, request, **named)

    wrap(patch, faces, "draw", change)
    patch.setattr(editorial_faces, "_face", faces.draw)


def corrections_that_quote_the_text(patch, aviary) -> None:
    def change(first, articles_, *given, **named):
        resolved = first(articles_, *given, **named)
        for one in resolved:
            quoted = words_of(aviary.article)
            one.document = replace(
                one.document,
                corrections=tuple(
                    replace(record, text=f"{record.text} {quoted}")
                    for record in one.document.corrections
                ),
            )
        return resolved

    wrap(patch, press_documents, "resolve_all", change)


def captions_in_the_sitemap(patch, aviary) -> None:
    def change(first, places):
        figures = [
            block
            for block in walk.blocks(manuscripts.to_manuscript(aviary.article).body)
            if isinstance(block, nodes.Figure)
        ]
        caption = "".join(f"<image:caption>{one.caption}</image:caption>" for one in figures)
        return first(places).replace(b"</urlset>", f"{caption}</urlset>".encode())

    wrap(patch, sitemaps, "write", change)


def topics_named_only_behind_the_lead(patch, aviary) -> None:
    def change(first, *given, **named):
        document = press_documents.resolve(aviary.article, "web")
        sources = [source for body in document.whole.open(FULL) for source in body.sources]
        return first(*given, **(named | {"sources": sources}))

    wrap(patch, structured_data, "article", change)


def the_name_of_a_file_in_a_header(patch, aviary) -> None:
    def change(first, request, *given, **named):
        answer = first(request, *given, **named)
        answer["Content-Disposition"] = f'inline; filename="{aviary.recording.title}.mp3"'
        return answer

    wrap(patch, faces, "render", change)


def a_link_to_proofs_that_never_ends(patch, aviary) -> None:
    patch.setattr(GuestQuerySet, "good", lambda self, at: self.filter(revoked_at=None))


def a_link_to_proofs_that_cannot_be_revoked(patch, aviary) -> None:
    patch.setattr(GuestQuerySet, "good", lambda self, at: self.filter(expires_at__gt=at))


def a_link_to_proofs_that_nobody_has_signed(patch, aviary) -> None:
    patch.setattr(guests.Signer, "unsign", lambda self, token: token.partition(".")[0])


def a_link_to_proofs_of_every_issue(patch, aviary) -> None:
    patch.setattr(guests, "newest", lambda guest: [aviary.proof])


def pages_of_an_edition_for_everybody(patch, aviary) -> None:
    patch.setattr(proofs, "_guest", lambda token: Guest.objects.filter(issue=aviary.issue).first())


def closed_articles_in_the_podcast(patch, aviary) -> None:
    everything = entitlements.Viewer(reads_everything=True)
    wrap(
        patch,
        podcasts,
        "_heard",
        lambda first, page, _viewer, at, **how: first(page, everything, at, **how),
    )

    def change(first, episode, name):
        return first(episode, name) + aviary.narration.captions

    wrap(patch, podcast_forms, "notes_of", change)


def a_private_feed_that_cannot_be_revoked(patch, aviary) -> None:
    patch.setattr(private_feeds, "is_good", lambda feed: feed.reader.is_active)


def a_token_that_opens_what_is_not_of_its_kind(patch, aviary) -> None:
    def any_kind(token: str, kind: str) -> PrivateFeed | None:
        return PrivateFeed.objects.filter(token_sha256=private_feeds._digest(token)).first()

    patch.setattr(private_feeds, "of_token", any_kind)


def a_private_feed_that_opens_what_staff_read(patch, aviary) -> None:
    def with_all_rights(reader: Any, at: Any) -> entitlements.Viewer:
        return entitlements.viewer_with(facts.facts_of(reader, at), at)

    patch.setattr(viewers, "viewer_by_token", with_all_rights)


def sound_for_whoever_has_a_token(patch, aviary) -> None:
    patch.setattr(own_podcasts, "_for_listener", lambda feed, key, sha256: aviary.narration)


def editions_for_whoever_may_read_something(patch, aviary) -> None:
    patch.setattr(editions, "_reads_all", lambda viewer, works, at: True)


def a_whole_issue_for_whoever_has_a_token(patch, aviary) -> None:
    patch.setattr(own_podcasts, "_issue_for_listener", lambda feed, key, sha256: aviary.album)


LEAKS = [
    a_whole_issue_for_whoever_has_a_token,
    editions_for_whoever_may_read_something,
    closed_articles_in_the_podcast,
    a_private_feed_that_cannot_be_revoked,
    a_token_that_opens_what_is_not_of_its_kind,
    a_private_feed_that_opens_what_staff_read,
    sound_for_whoever_has_a_token,
    a_link_to_proofs_that_never_ends,
    a_link_to_proofs_that_cannot_be_revoked,
    a_link_to_proofs_that_nobody_has_signed,
    a_link_to_proofs_of_every_issue,
    pages_of_an_edition_for_everybody,
    whole_text_in_feeds,
    article_body_in_structured_data,
    description_made_from_the_text,
    share_image_described_by_a_caption,
    excerpt_of_the_text_on_cards,
    alternative_text_of_a_closed_picture,
    all_footnotes_below_the_lead,
    second_part_for_everybody,
    hidden_by_the_style_sheet,
    recordings_for_everybody,
    narrations_for_everybody,
    attachments_for_everybody,
    preview_for_everybody,
    private_folder_among_the_public_ones,
    a_range_without_the_gate,
    a_head_without_the_gate,
    another_format_for_the_asking,
    corrections_that_quote_the_text,
    captions_in_the_sitemap,
    topics_named_only_behind_the_lead,
    the_name_of_a_file_in_a_header,
]


@pytest.mark.parametrize("plant", LEAKS, ids=lambda plant: plant.__name__)
def test_the_crawl_sees_a_leak_that_was_planted(aviary, client, monkeypatch, plant) -> None:
    plant(monkeypatch, aviary)
    # The crawl goes on to its end; to know that it sees, the first sight is enough.
    seen = any(CANARY.search(answer) for answer in answers(client, surfaces(aviary)))
    assert seen, "Nobody saw it: the crawl is blind here."
