"""Nothing leaks: every surface of the house is crawled with articles full of canaries.

Every text of the closed part of the golden manuscript is replaced by a word of its own.
None of them may reach a reader who has the lead only; all of them must reach staff, or
the test would prove nothing.
"""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from hypothesis import settings as searches
from PIL import Image

from masthead.circulation import private_feeds
from masthead.editorial import manuscripts
from masthead.editorial.models import (
    Article,
    ArticleIndex,
    Attachment,
    Correction,
    Dossier,
    DossierEntry,
    Issue,
    TopicIndex,
)
from masthead.manuscript import codec, nodes, walk
from masthead.newsstand import sitemaps
from masthead.production import guests
from masthead.production.models import Edition, Narration
from masthead.testing import golden
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

# Every address of the house outside the office. A new one fails the census below until
# it is crawled here or named among those that serve no words of articles.
CRAWLED = {
    "^(?P<path>.*)$ wagtail_serve",
    "newsstand:catalogue",
    "newsstand:catalogue-authentication",
    "newsstand:catalogue-year",
    "newsstand:corrections",
    "newsstand:edition",
    "newsstand:feed",
    "newsstand:listen",
    "newsstand:listen-captions",
    "newsstand:listen-issue",
    "newsstand:listen-issue-chapters",
    "newsstand:narration",
    "newsstand:narration-captions",
    "newsstand:narration-times",
    "newsstand:old-catalogue",
    "newsstand:old-catalogue-year",
    "newsstand:own-podcast",
    "newsstand:podcast",
    "newsstand:proof",
    "newsstand:proof-page",
    "newsstand:proof-picture",
    "newsstand:proofs",
    "newsstand:recording",
    "newsstand:search",
    "newsstand:search-description",
    "newsstand:search-suggestions",
    "newsstand:share-card",
    "newsstand:sitemap",
    "newsstand:sitemaps",
    "newsstand:square-card",
    "wagtaildocs_serve",
}
# The account: what it says of articles is nothing.
ACCOUNT = {
    "account_add_print",
    "account_address",
    "account_addresses",
    "account_again_by_code",
    "account_cancel",
    "account_claim",
    "account_change_password",
    "account_cards",
    "account_confirm_login_code",
    "account_consent",
    "account_gifts",
    "account_give",
    "account_take_back",
    "account_email",
    "account_email_verification_sent",
    "account_erasure",
    "account_export",
    "account_feeds",
    "account_fold",
    "account_home",
    "account_inactive",
    "account_invoice",
    "account_invoices",
    "account_leave_print",
    "account_letters",
    "account_login",
    "account_logout",
    "account_money_back",
    "account_new_address",
    "account_password_login",
    "account_pause",
    "account_post_to",
    "account_present",
    "account_present_card",
    "account_price",
    "account_reauthenticate",
    "account_remove_card",
    "account_renewal",
    "account_request_login_code",
    "account_resume",
    "account_retire_address",
    "account_return_present",
    "account_return_single",
    "account_revoke_feed",
    "account_send_present",
    "account_session",
    "account_signup",
    "account_stop",
    "account_subscription",
    "account_subscriptions",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "usersessions_list",
}
WITHOUT_ARTICLES = ACCOUNT | {
    "newsstand:accessibility",
    "newsstand:advertisement",  # Leads to an advertiser; see tests/newsstand/test_advertisements.py.
    "newsstand:advertisement-picture",
    "newsstand:gift",
    "newsstand:listening-place",
    "newsstand:manifest",
    "newsstand:offers",
    "newsstand:order",
    "newsstand:pay",
    "newsstand:pay-single-copy",
    "newsstand:pay-single-copy-ordered",
    "newsstand:pay_order",
    "newsstand:payment-notices",
    "newsstand:promises",
    "newsstand:robots",
    "newsstand:security",
    "newsstand:service-worker",
    "newsstand:single-copies",
    "newsstand:single-copy",
    "newsstand:subscribe-to",
    "newsstand:withdrawal",
    "media",  # Renditions of pictures; see decision 0005.
    "wagtaildocs_authenticate_with_password",
    "wagtailcore_authenticate_with_password",
    "wagtailcore_login",
}
CANARY = re.compile(r"canary[a-z]+\d+x")
NOT_TEXT = {"id", "language", "level", "editions", "picture", "audio", "contributor", "topic",
            "topics", "href", "url", "source", "note", "medium", "handle", "key", "access"}  # fmt: skip


def patterns(resolver: Any, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Yield (address, name) of everything below a resolver."""
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from patterns(pattern, address, inner)
        elif isinstance(pattern, URLPattern):
            yield address, f"{space}{pattern.name or ''}"


def test_every_address_outside_the_office_is_crawled_or_known_to_serve_no_articles() -> None:
    found = {
        "^(?P<path>.*)$ wagtail_serve" if name == "wagtail_serve" else name
        for address, name in patterns(get_resolver())
        if not address.startswith("office/")
    }
    assert found == CRAWLED | WITHOUT_ARTICLES


def test_no_closed_word_is_found_by_a_stranger_and_each_of_the_text_by_a_subscriber(
    aviary, client
) -> None:
    reader, subscriber = let.reader(), Client()
    let.grant(reader, aviary.title, at=timezone.now() - timedelta(days=1))
    sign_in(subscriber, reader)
    found = set()
    for word in aviary.canaries:
        assert "0 articles" in client.get("/search/", {"q": word}).content.decode(), word
        if "1 article<" in subscriber.get("/search/", {"q": word}).content.decode():
            found.add(re.sub(r"\d+x$", "", word))
    assert found >= {"canarytext", "canarytitle"}


def test_a_guest_sees_the_page_as_a_picture_and_not_its_file_or_its_words(aviary, client) -> None:
    for method in ("get", "head", "options"):
        got = [*answers(client, proofs_at(aviary.link), ((method, HTML),))]
        seen = set(CANARY.findall("".join(got)))
        assert seen == ({"canarypage1x"} if method == "get" else set()), method
    # And with the same browser nothing else of what is closed.
    assert not leaked(aviary, client, ONCE_MORE)


def test_every_address_of_the_office_sends_strangers_to_the_door(client) -> None:
    open_doors = {"wagtailadmin_login", "wagtailadmin_password_reset", "wagtailadmin_logout",
                  "wagtailadmin_password_reset_done", "wagtailadmin_password_reset_confirm",
                  "wagtailadmin_password_reset_complete", "wagtailadmin_sprite",
                  "wagtailadmin_javascript_catalog"}  # fmt: skip
    tried = 0
    for address, name in patterns(get_resolver()):
        if not address.startswith("office/") or name in open_doors or "password_reset" in address:
            continue
        path = "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda m: _sample(m.group(1)), address)
        path = re.sub(r"\(\?P<\w+>[^)]*\)|[\^$\\]", "1", path) if "(?P" in path else path
        answer = client.get(path)
        assert answer.status_code in (301, 302, 403, 404), (name, path, answer.status_code)
        if answer.status_code == 302:
            assert "/office/login/" in answer["Location"], (name, answer["Location"])
            tried += 1
    assert tried > 100


def _sample(kind: str | None) -> str:
    return {"int": "1", "uuid": str(uuid.UUID(int=1))}.get(kind or "str", "x")


class Aviary:
    """A magazine whose one closed article is full of canaries behind the lead."""

    def __init__(self) -> None:
        self.canaries: set[str] = set()
        self.title = make.magazine()
        self.picture = make.picture_at_hand(name="canaryfilename1x.jpg", title="canarytitle1x")
        self.recording = Attachment.objects.create(
            title="canaryrecording1x",
            file=ContentFile(b"ID3canarysound1x", name="canaryrecording2x.mp3"),
        )
        self.topic = make.topic(self.title, "The Board")
        self.article = self._article()
        self.narration = narration_of(self.article)
        self.issue = make.issue(self.title, self.article, state=Issue.State.OPEN)
        dossier = make.shelf(TopicIndex, self.title).add_child(instance=Dossier(title="Story"))
        DossierEntry.objects.create(
            dossier=dossier, happened_on=make.THEN.date(), text="Then", article=self.article
        )
        Correction.objects.create(article=self.article, text="A correction anybody may read.")
        from masthead.editorial import issues

        issues.put_on_sale(self.issue, at=make.THEN)
        self.dossier = dossier
        self.proof = proof_of(self.issue)
        self.album = album_of(self.proof)
        self.links = self._links()
        self.tokens = self._tokens()

    def _links(self) -> dict[str, str]:
        """Return where proofs are for guests whose links must open nothing of this issue."""
        now = timezone.now()
        _guest, good = guests.invite(self.issue, "Grace", by=None, at=now)
        _guest, over = guests.invite(self.issue, "Grace", by=None, at=now - timedelta(days=99))
        revoked, back = guests.invite(self.issue, "Grace", by=None, at=now)
        guests.revoke(revoked, by=None, at=now)
        other = make.issue(self.title)
        _guest, elsewhere = guests.invite(other, "Joan", by=None, at=now)
        self.link = f"/proofs/{good}/"
        return {"forged": f"/proofs/{good[:-1]}/", "over": f"/proofs/{over}/",
                "revoked": f"/proofs/{back}/", "elsewhere": f"/proofs/{elsewhere}/"}  # fmt: skip

    def _tokens(self) -> dict[str, str]:
        """Return the tokens of private feeds that must open nothing of this issue.

        ``self.token`` is of a subscriber, and opens what they may hear.
        """
        now = timezone.now()

        def made(kind: str = "listening", **terms: Any) -> tuple[Any, str]:
            reader = let.reader()
            let.grant(reader, terms.pop("title", self.title), at=now - timedelta(days=9), **terms)
            return reader, private_feeds.make(reader, kind, at=now)[1]

        _reader, self.token = made()
        _reader, over = made(ends_at=now - timedelta(seconds=1))
        _reader, elsewhere = made(title=make.magazine("The Echo"))
        _reader, other_kind = made("reading")
        rotated, before = made()
        private_feeds.make(rotated, "listening", at=now)
        revoking, revoked = made()
        private_feeds.revoke(revoking, "listening", at=now)
        closed, of_nobody = made()
        type(closed).objects.filter(pk=closed.pk).update(is_active=False)
        _feed, signed_up = private_feeds.make(let.reader(), "listening", at=now)
        editor = let.reader()
        type(editor).objects.filter(pk=editor.pk).update(is_superuser=True)
        _feed, of_staff = private_feeds.make(editor, "listening", at=now)
        return {"over": over, "elsewhere": elsewhere, "another kind": other_kind,
                "rotated": before, "revoked": revoked, "of nobody": of_nobody,
                "signed up": signed_up, "of staff": of_staff, "forged": self.token[::-1]}  # fmt: skip

    def _article(self) -> Article:
        whole = walk.for_edition(golden.MANUSCRIPT, "web")
        inside = [block for block in whole.body if not isinstance(block, nodes.LeadMarker)]
        closed = codec.encode(nodes.Manuscript(
            key=str(uuid.uuid4()), front=nodes.FrontMatter(headline="x"),
            body=tuple(inside), notes=whole.notes, sources=whole.sources))  # fmt: skip
        for part in ("body", "notes", "sources"):
            closed[part] = self._filled(closed[part], part)
        caged = codec.decode(closed, nodes.Manuscript)
        body = (make.paragraph("The lead."), nodes.LeadMarker(id="lead-ends"), *caged.body)
        manuscript = nodes.Manuscript(
            key=str(uuid.uuid4()),
            front=nodes.FrontMatter(
                headline="A closed article", standfirst="What it is about",
                topics=(f"topic:{self.topic.key}",), published_at=make.THEN),
            body=body, notes=caged.notes, sources=caged.sources)  # fmt: skip
        article = Article(live=True, section=make.section(self.title), access="subscribers")
        lost = manuscripts.store(article, manuscript)
        assert not lost, lost
        make.shelf(ArticleIndex, self.title).add_child(instance=article)
        article.save_revision().publish()
        return Article.objects.get(pk=article.pk)

    def _filled(self, value: Any, name: str) -> Any:
        """Return the encoded nodes with a canary in every text and our own media."""
        if isinstance(value, dict):
            return {key: self._filled(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(inner, name) for inner in value]
        if name in ("picture", "audio") and value:
            return (
                self.picture.picture_key if name == "picture"
                else f"audio:{self.recording.sha256}"
            )  # fmt: skip
        if name == "topic":
            return f"topic:{self.topic.key}"
        if isinstance(value, str) and value and name not in NOT_TEXT and _is_text(name, value):
            canary = f"canary{re.sub('[^a-z]', '', name)}{len(self.canaries)}x"
            self.canaries.add(canary)
            return canary
        return value


def _is_text(name: str, value: str) -> bool:
    """Say whether a string of an encoded node is words, rather than a tag, a date or a choice."""
    return not (
        name.startswith(("type", "kind", "$", "_", "node"))
        or name.endswith(("_on", "_at"))
        or name in ("alignments", "version", "text_align")
    )


PAGE_INK = (203, 17, 124)
"""What the page of the proof is covered with, so that its picture is known again."""


def proof_of(issue: Issue) -> Edition:
    """Return a sound edition of one page that no reader may see, in words or as a picture."""
    document = pikepdf.Pdf.new()
    document.add_blank_page(page_size=(90, 120))
    ink = " ".join(f"{part / 255:.4f}" for part in PAGE_INK)
    document.pages[0].Contents = document.make_stream(f"{ink} rg 0 0 90 120 re f".encode())
    document.pages[0].TrimBox = pikepdf.Array([0, 0, 90, 120])
    document.docinfo["/Title"] = "canaryproof1x"
    file = io.BytesIO()
    document.save(file)
    keys = issue.contents.values_list("article__key", flat=True)
    return Edition.objects.create(
        issue=issue, form="screen", state="sound", version=1, pages=1, asked_at=make.THEN,
        file=ContentFile(file.getvalue(), name="canaryfile1x.pdf"), sha256="e" * 64,
        size=len(file.getvalue()), made_from={"articles": [[str(key), "x", "0"] for key in keys]},
    )  # fmt: skip


ALBUM = "d" * 64


def album_of(edition: Edition) -> Edition:
    """Return the issue of an edition as one recording."""
    sound = b"ID3canaryalbum1x"
    return Edition.objects.create(
        issue=edition.issue, form="audio", state="sound", version=1, asked_at=make.THEN,
        finished_at=timezone.now(), file=ContentFile(sound, name="canaryalbum2x.mp3"),
        size=len(sound), sha256=ALBUM, made_from=edition.made_from,
    )  # fmt: skip


def narration_of(article: Article) -> Narration:
    """Return an article as it is heard, in sound, captions and times."""
    article.narrations.all().delete()
    return Narration.objects.create(
        article=article, state="ready", asked_at=make.THEN, finished_at=make.THEN, seconds=9,
        file=ContentFile(b"ID3canaryheard1x", name="canaryheard2x.mp3"), size=16, sha256="a" * 64,
        captions="WEBVTT\n\nb1-s1\n00:00:00.000 --> 00:00:01.000\ncanarycaption1x\n",
        times=[{"id": "canarytimes1x", "block": "b1", "start": 0, "end": 9, "t0": 0, "t1": 1}],
        revision=article.live_revision_id,
    )  # fmt: skip


def narrated_at(narration: Narration) -> list[str]:
    """Return every address of an article that is heard."""
    begin = f"/audio/{narration.article.key}/{narration.sha256}"
    return [f"{begin}.{ending}" for ending in ("mp3", "vtt", "json")]


def edition_at(edition: Edition, sha256: str = "") -> str:
    """Return the address at which readers have an edition."""
    return f"/editions/{edition.issue.key}/{sha256 or edition.sha256}.pdf"


def listened_at(token: str, narration: Narration) -> list[str]:
    """Return every address that a private feed begins."""
    begin = f"/listen/{token}"
    heard = f"{begin}/{narration.article.key}/{narration.sha256}"
    issue = narration.article.placement.issue
    whole = f"{begin}/issues/{issue.key}/{ALBUM}"
    return [f"{begin}/podcast.xml", f"{heard}.mp3", f"{heard}.vtt", f"{heard}.json",
            f"{whole}.mp3", f"{whole}.json"]  # fmt: skip


def proofs_at(begin: str) -> list[str]:
    """Return every address that a guest's link begins."""
    page = f"{begin}screen/1/1/"
    return [begin, f"{begin}screen/", page, f"{page}small.png", f"{page}large.png"]


def seen_in(body: bytes, media_type: str) -> str:
    """Return a canary where a picture is that of the page of the proof."""
    if not media_type.startswith("image/png"):
        return ""
    with Image.open(io.BytesIO(body)) as picture:
        return "canarypage1x" if picture.convert("RGB").getpixel((9, 9)) == PAGE_INK else ""


def surfaces(aviary: Aviary) -> list[str]:
    """Return every address that could show something of the article, with variants."""
    slug = aviary.article.slug
    article = f"/articles/{slug}/"
    pages = ["/", article, f"{article}2/", "/articles/", "/issues/", aviary.issue.url,
             "/contributors/", "/topics/", aviary.topic.url, aviary.dossier.url,
             aviary.article.section.url, "/corrections/", "/no-such-page/",
             f"/recordings/{aviary.article.key}/{aviary.recording.sha256}",
             f"/documents/{aviary.recording.pk}/{aviary.recording.filename}",
             f"/media/{aviary.picture.file.name}", f"/media/{aviary.recording.file.name}",
             f"/office/pages/{aviary.article.pk}/edit/",
             f"/office/pages/{aviary.article.pk}/edit/preview/",
             f"/office/pages/{aviary.article.pk}/view_draft/",
             f"/office/pages/{aviary.article.pk}/view_draft/?mode=speech",
             "/office/masthead/lexicon/names/",
             f"/office/images/{aviary.picture.pk}/", "/office/reports/site-history/"]  # fmt: skip
    variants = [f"{article}?format=json", f"{article}?preview=1", f"{article}?mode=full",
                article.upper(), article.rstrip("/"), f"{article}amp/", f"{article}index.md",
                f"{article}print/", f"/?s={slug}", "/sitemap.xml", "/feed/", "/rss/", "/api/v2/pages/",
                "/search/", "/search/?q=canary", "/search/?q=closed", "/search/?audio=1",
                f"/search/?year={make.THEN.year}", "/search/suggestions/?q=canary",
                "/search/description.xml", f"{article}?page=2", "/llms.txt"]  # fmt: skip
    feeds = [f"{page}feeds/{form}"
             for page in ("/", aviary.article.section.url, aviary.topic.url)
             for form in ("rss.xml", "atom.xml", "feed.json", "podcast.xml")]  # fmt: skip
    feeds += [f"{aviary.issue.url}feeds/podcast.xml",
              *(f"/share/{one.key}/square/{'0' * 32}.png" for one in (aviary.title, aviary.issue))]  # fmt: skip
    shelf = (aviary.article.pk - 1) // sitemaps.PER_SITEMAP + 1
    machines = ["/sitemap.xml", f"/sitemaps/articles-{shelf}.xml", "/sitemaps/issues.xml",
                "/sitemaps/names.xml", "/sitemaps/sections.xml", "/sitemaps/news.xml",
                "/robots.txt", "/.well-known/security.txt", "/accessibility/",
                "/account/", "/account/login/", "/account/2fa/", "/account/addresses/",
                "/account/letters/", "/account/consent/", "/account/sessions/",
                "/account/export/", "/account/erasure/",
                f"/share/{aviary.article.key}/{'0' * 32}.png"]  # fmt: skip
    proofs = [address for begin in aviary.links.values() for address in proofs_at(begin)]
    proofs += [f"/private/{aviary.proof.file.name}", f"/media/{aviary.proof.file.name}",
               f"/office/masthead/editions/{aviary.proof.pk}/file/",
               f"/office/masthead/editions/{aviary.proof.pk}/pages/1/",
               f"/office/masthead/editions/{aviary.proof.pk}/proof/1/"]  # fmt: skip
    pages += [*narrated_at(aviary.narration), f"{aviary.issue.url}listen/"]
    read = f"{aviary.issue.url}read/"
    pages += [read, f"{read}{slug}/", f"{read}{slug}/2/", f"{read}{slug}/3/"]
    pages += [f"/private/{aviary.narration.file.name}", f"/media/{aviary.narration.file.name}"]
    year = aviary.issue.cover_date.year
    files = [edition_at(aviary.proof), edition_at(aviary.proof, "f" * 64),
             edition_at(aviary.album).replace(".pdf", ".mp3"), "/opds/",
             f"/opds/{year}/", "/opds/v1.2/", f"/opds/v1.2/{year}/", "/opds/authentication/"]  # fmt: skip
    heard = [one for token in aviary.tokens.values()
             for one in listened_at(token, aviary.narration)]  # fmt: skip
    # What keeps its own gate is asked for before what only names the article.
    return pages + proofs + heard + files + variants + feeds + machines


HTML = {"accept": "text/html"}
JSON = {"accept": "application/json"}
EVERY_WAY = (
    ("get", HTML),
    ("get", {"accept": "*/*", "range": "bytes=0-99"}),
    ("get", JSON),
    *((method, headers) for method in ("head", "options") for headers in (HTML, JSON)),
)
"""Method and headers of every way of asking for an address."""
AS_BROWSERS = (("get", HTML),)

IS_THOROUGH = searches.get_current_profile_name() == "thorough"
ONCE_MORE = EVERY_WAY if IS_THOROUGH else AS_BROWSERS
"""The ways of whoever has shown something else before: as anybody else, but for that."""


def crawl(client: Any, addresses: list[str], ways: Any = EVERY_WAY) -> str:
    """Return everything that a client gets from these addresses, headers included."""
    return "\n".join(answers(client, addresses, ways))


def answers(client: Any, addresses: list[str], ways: Any = EVERY_WAY) -> Iterator[str]:
    """Yield what a client gets from these addresses, one answer after the other.

    Each address is asked for in the first way before any is in the next.
    """
    for method, headers in ways:
        for address in addresses:
            answer = getattr(client, method)(address, headers=headers, follow=True)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            # What the crawler itself said, such as the name in an address, is no leak.
            seen = seen_in(body, answer.get("Content-Type", "")) if method == "get" else ""
            said = f"{answer.headers}\n{seen}{body.decode(errors='replace')}"
            yield said.replace(address, "")


def leaked(aviary: Aviary, client: Any, ways: Any = EVERY_WAY) -> set[str]:
    """Return the canaries that a client gets to see anywhere."""
    got = crawl(client, surfaces(aviary), ways)
    assert "The lead." in got
    assert "A closed article" in got
    return set(CANARY.findall(got))


def test_no_reader_gets_a_word_of_what_is_closed(aviary, client, django_user_model) -> None:
    assert len(aviary.canaries) > 80
    for reader in (None, django_user_model.objects.create_user("reader@example.org", "x")):
        if reader:
            sign_in(client, reader)
        assert not leaked(aviary, client), "These words leaked."


@pytest.mark.parametrize("form", ["rss.xml", "atom.xml", "feed.json"])
def test_every_feed_has_every_word_once_the_article_is_open(aviary, client, form) -> None:
    pages = ("/", aviary.article.section.url, aviary.topic.url)
    for page in pages:
        got = client.get(f"{page}feeds/{form}").content.decode()
        assert "The lead." in got
        assert not CANARY.findall(got)
    aviary.article.access = "open"
    aviary.article.save_revision().publish()
    for page in pages:
        got = set(CANARY.findall(client.get(f"{page}feeds/{form}").content.decode()))
        missing = {c for c in aviary.canaries - got if not c.startswith(NOT_ON_THE_WEB)}
        assert not missing


def test_a_crawler_that_calls_itself_one_is_a_stranger(aviary, client) -> None:
    agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    answer = client.get(aviary.article.url, headers={"user-agent": agent})
    assert not CANARY.findall(answer.content.decode())


# What the web does not print: how a figure is read aloud, and the language of code.
NOT_ON_THE_WEB = ("canaryspoken", "canaryhandle")


def test_who_may_read_the_whole_hears_the_whole(aviary, client, django_user_model) -> None:
    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    got = set(CANARY.findall(crawl(client, narrated_at(aviary.narration), AS_BROWSERS)))
    assert got == {"canaryheard1x", "canarycaption1x", "canarytimes1x"}


def test_who_has_a_subscribers_token_hears_what_they_may_and_nothing_else(aviary, client) -> None:
    own = listened_at(aviary.token, aviary.narration)
    got = set(CANARY.findall(crawl(client, own, AS_BROWSERS)))
    assert got == {"canaryheard1x", "canarycaption1x", "canaryalbum1x"}
    # And with the same browser nothing else of what is closed.
    assert not leaked(aviary, client, ONCE_MORE)


def test_staff_get_every_word_of_it(aviary, client, django_user_model) -> None:
    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    parts = [f"{aviary.article.url}{part}" for part in ("", "2/", "3/", "4/")]
    got = set(CANARY.findall(crawl(client, parts)))
    missing = {c for c in aviary.canaries - got if not c.startswith(NOT_ON_THE_WEB)}
    assert not missing
