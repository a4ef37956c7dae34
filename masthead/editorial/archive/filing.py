"""Filing: an article comes into the archive as it is published, and goes with it.

`file()` and `take_out()` belong in the transaction of the change that readers notice. What changes
for many articles at once, such as whom a section is for, is filed anew by the worker; until then
`in_doubt` keeps more from being found than strangers may read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from masthead.editorial import privacy
from masthead.editorial.archive import index, vocabulary, words
from masthead.editorial.archive.index import BREAK, CLOSED, OPEN, Stems
from masthead.editorial.archive.searching import (
    ACCESS,
    ARTICLE,
    AUDIO,
    CONTRIBUTOR,
    ISSUE,
    NUMBER,
    OPENED,
    SECTION,
    TITLE,
    TOPIC,
    YEAR,
)
from masthead.editorial.audiences import Audience, audience_of
from masthead.editorial.manuscripts import to_manuscripts
from masthead.editorial.models import (
    ArchiveEntry,
    ArchiveText,
    ArchiveWord,
    Article,
    ArticleTopic,
    Issue,
    Title,
)
from masthead.editorial.titles import titles_of
from masthead.manuscript import walk
from masthead.manuscript.nodes import Block, Footnote, Manuscript

AT_ONCE = 100
"""Articles filed in one transaction: SQLite has one writer, and others are waiting."""

IN_A_RUN = 500
"""Articles filed each minute, some seconds of work: the clock's lane must not wait for more."""

SUBJECT_WORDS = 20
"""How many words an article may be said to be about."""
_SUBJECT_LETTERS = 4
_LONG = 300
"""Words. In a longer text a word must come three times to be its subject, else twice."""

_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_IN_A_MINUTE = 4096
"""Articles that can come out in the same minute."""

_LOCK = 0x6D617374
"""The lock that keeps two from writing to the archive at once, on PostgreSQL."""

_audible: Callable[[Sequence[Article]], Iterable[int]] = lambda articles: ()  # noqa: E731


def hear_from(audible: Callable[[Sequence[Article]], Iterable[int]]) -> None:
    """Have somebody above say which of some articles can be heard, by primary key."""
    global _audible
    _audible = audible


# --- One article --------------------------------------------------------------


@transaction.atomic
def file(article: Article, *, at: datetime) -> None:
    """Let an article be found as it stands in memory; one that is not out, or not for all, is taken out.

    Args:
        article: with its bylines, notes and topics, saved or about to be.
        at: the moment of asking, which decides on whom it is for.
    """
    _file([article], at)


@transaction.atomic
def file_anew(articles: Iterable[int], *, at: datetime) -> None:
    """Let articles, by primary key, be found as they stand in the database.

    They are read once nobody else writes to the archive: what somebody has changed meanwhile, and
    wanted to mark, is seen.
    """
    _alone()
    found = Article.objects.filter(pk__in=list(articles)).with_copy()
    _file(list(found.prefetch_related("topic_links__topic")), at)


@transaction.atomic
def take_out(articles: Iterable[int]) -> None:
    """Let articles, by primary key, be found no more."""
    _alone()
    entries = ArchiveEntry.objects.filter(article__in=list(articles))
    known = entries.values_list("number", "title_id", "text__vocabulary")
    for number, title, text in list(known):
        vocabulary.forget(title, (text or "").split())
        index.take(number)
    entries.delete()


def is_filed_under(article: QuerySet[Article], issue: Issue) -> bool:
    """Say whether an article is filed as standing in this issue."""
    entry = ArchiveEntry.objects.filter(article__in=article, issue=issue.sequence).first()
    return entry is not None and f"i{issue.pk}" in entry.marks.split()


@transaction.atomic
def mark_stale(articles: Q, *, in_doubt: bool = True) -> None:
    """Have articles filed anew soon, and until then found by no word that may be shut away.

    They are found as before where they are not ``in_doubt``: nothing has closed, as by another name.
    """
    _alone()  # Whoever is filing them right now has read what was before.
    chosen = Article.objects.filter(articles).values("pk")
    marks = {"is_stale": True} | ({"in_doubt": True} if in_doubt else {})
    ArchiveEntry.objects.filter(article__in=chosen).update(**marks)


# --- Many ---------------------------------------------------------------------


def tend(*, at: datetime, most: int = IN_A_RUN) -> int:
    """File what is stale, open by now, or missing, and take out what is no more out.

    Args:
        at: the moment of asking.
        most: articles; what is left has the next run.

    Returns:
        How many articles were filed.
    """
    seconds = int(at.timestamp())
    kept_for_some = Q()
    for path in privacy.kept_for_some():
        kept_for_some |= Q(article__path__startswith=path)
    gone = ArchiveEntry.objects.filter(Q(article__live=False) | kept_for_some)
    take_out(list(gone.values_list("article_id", flat=True)[:most]))
    turned = Q(free_from__lte=seconds) | Q(subscribers_until__lte=seconds, access="open")
    stale = ArchiveEntry.objects.filter(Q(is_stale=True) | (Q(is_open=False) & turned))
    due = list(stale.values_list("article_id", flat=True)[:most])
    missing = (
        Article.objects.live().public().filter(archive_entry=None).order_by("-published_at", "-pk")
    )
    due += missing.values_list("pk", flat=True)[: most - len(due)]
    return _file_all(due, at=at)


def build(*, at: datetime, tell: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Build the whole archive anew, for all titles; return how many articles are in it.

    Meanwhile it is searched as far as it has come.

    Args:
        at: the moment of asking.
        tell: hears how many articles are filed, and of how many, now and then.
    """
    with transaction.atomic():
        _alone()
        index.empty()
        ArchiveEntry.objects.all().delete()
        ArchiveWord.objects.all().delete()
    out = Article.objects.live().public()
    newest_first = out.order_by(F("published_at").desc(nulls_last=True), "-pk")
    return _file_all(newest_first.values_list("pk", flat=True), at=at, tell=tell)


def _file_all(
    keys: Iterable[int], *, at: datetime, tell: Callable[[int, int], None] = lambda done, of: None
) -> int:
    keys = list(keys)
    for first in range(0, len(keys), AT_ONCE):
        file_anew(keys[first : first + AT_ONCE], at=at)
        tell(min(first + AT_ONCE, len(keys)), len(keys))
    return len(keys)


def _file(articles: list[Article], at: datetime) -> None:
    take_out([article.pk for article in articles])
    kept = privacy.kept_for_some()
    articles = [one for one in articles if one.live and not one.path.startswith(kept)]
    titles = titles_of(articles)
    audible = set(_audible(articles)) if articles else set()
    for article, manuscript in zip(articles, to_manuscripts(articles), strict=True):
        if title := titles.get(article.pk):
            _put(article, manuscript, title, article.pk in audible, at)


def _put(
    article: Article, manuscript: Manuscript, title: Title, audible: bool, at: datetime
) -> None:
    here = walk.for_edition(manuscript, "web")
    audience = audience_of(article, title)
    opens, shuts = _seconds(audience.free_from), _seconds(audience.subscribers_until)
    everybodys = is_everybodys(audience, at)
    stemmer = words.stemmer_of(article.language)
    entry = ArchiveEntry.objects.create(
        number=_number_of(article),
        article_id=article.pk,
        title=title,
        stemmer=stemmer,
        marks=" ".join(_marks(article, title, audience.access, everybodys, audible)),
        key=article.key,
        access=audience.access,
        issue=getattr(article.issue(), "sequence", None),
        free_from=opens,
        subscribers_until=shuts,
        is_open=everybodys,
    )
    whole = _text(here.body, here.notes)
    lead = walk.lead(here)
    opening = whole if everybodys else _text(lead.blocks, lead.notes)
    front = here.front
    headline = words.normal(front.headline)
    named = [
        words.normal(one) for one in (front.kicker, front.standfirst, *_names(article, manuscript))
    ]
    known = vocabulary.worth_knowing(words.words("\n".join([headline, *named, opening])))
    ArchiveText.objects.create(
        entry=entry,
        opening=opening,
        whole="" if everybodys else whole,
        vocabulary=" ".join(sorted(known)),
    )
    vocabulary.add(title, known)
    marks = entry.marks.split()
    head = words.stems(headline, stemmer), _apart(words.stems(one, stemmer) for one in named)
    index.put(OPEN, entry.number, _stems(*head, opening, stemmer), marks)
    if not everybodys:
        index.put(CLOSED, entry.number, _stems(*head, whole, stemmer), marks)


def is_everybodys(audience: Audience, at: datetime) -> bool:
    """Say whether anybody at all may read something at a moment."""
    now = at.timestamp()
    opens, shut_until = _seconds(audience.free_from), _seconds(audience.subscribers_until)
    if opens is not None and now >= opens:
        return True
    return audience.access == "open" and (shut_until is None or now >= shut_until)


def _seconds(moment: datetime | None) -> int | None:
    """Return a moment as locks have it: nothing opens early (`circulation.entitlements`)."""
    return None if moment is None else -int(-moment.timestamp() // 1)


def _stems(headline: list[str], named: list[str], text: str, stemmer: str) -> Stems:
    body = words.stems(text, stemmer)
    often = 3 if len(body) > _LONG else 2
    counted = Counter(stem for stem in body if len(stem) >= _SUBJECT_LETTERS)
    about = [stem for stem, times in counted.most_common(SUBJECT_WORDS) if times >= often]
    return Stems(headline, named, _apart([stem] for stem in about), body)


def _apart(pieces: Iterable[list[str]]) -> list[str]:
    """Return the stems of pieces of which no phrase begins in one and ends in the next."""
    together: list[str] = []
    for piece in filter(None, pieces):
        together += [BREAK, *piece] if together else piece
    return together


def _text(blocks: Iterable[Block], notes: Iterable[Footnote]) -> str:
    runs = [walk.plain_text(list(blocks)), *(walk.plain_text(note.children) for note in notes)]
    return words.normal("\n".join(run for run in runs if run))


def _names(article: Article, manuscript: Manuscript) -> list[str]:
    """Return by whom an article is and what about, in names."""
    topics = [str(link.topic.title) for link in _topics(article)]
    return [*(byline.name for byline in manuscript.front.bylines), *topics]


def _topics(article: Article) -> list[ArticleTopic]:
    """Return the topics of which there is a page: what readers see of them."""
    return [link for link in article.topic_links.all() if link.topic.live]


def _marks(
    article: Article, title: Title, access: str, everybodys: bool, audible: bool
) -> list[str]:
    """Return what an article can be filtered by; `searching` says what each letter means."""
    marks = [f"{TITLE}{title.pk}", f"{ARTICLE}{article.key.hex}", f"{ACCESS}{access}"]
    if article.section_id:
        marks.append(f"{SECTION}{article.section_id}")
    if issue := article.issue():
        marks += [f"{ISSUE}{issue.pk}", f"{NUMBER}{issue.sequence}"]
    for byline in article.bylines.all():
        if byline.contributor_id:
            marks.append(f"{CONTRIBUTOR}{byline.contributor_id}")
    marks += [f"{TOPIC}{link.topic_id}" for link in _topics(article)]
    if article.published_at:
        marks.append(f"{YEAR}{title.day(article.published_at).year}")
    if everybodys:
        marks.append(f"{OPENED}1")
    if audible:
        marks.append(f"{AUDIO}1")
    return list(dict.fromkeys(marks))


def _number_of(article: Article) -> int:
    """Return a free number for an article: later ones for later minutes of publication."""
    moment = article.published_at or datetime.now(UTC)
    minute = int((moment - _BEGINNING).total_seconds() // 60) * _IN_A_MINUTE
    taken = set(
        ArchiveEntry.objects.filter(
            number__gte=minute, number__lt=minute + _IN_A_MINUTE
        ).values_list("number", flat=True)
    )
    wished = article.pk % _IN_A_MINUTE
    places: Any = (minute + (wished + step) % _IN_A_MINUTE for step in range(_IN_A_MINUTE))
    return int(next(place for place in places if place not in taken))


def _alone() -> None:
    """Have one write to the archive at a time: its words are counted by everybody."""
    if not index.is_sqlite():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
