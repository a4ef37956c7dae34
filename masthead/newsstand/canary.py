"""The canary: what readers of each kind get through the public address, as seen from outside.

Leaks of paid words seldom come from an article's own code: somebody puts a cache in front, or tells
one to keep what it should not. So the magazine is asked as a browser would ask, by its name and
through whatever stands before it, once as each kind of reader; and where a stranger gets what is
behind the gate, closed articles can be shut to all at once.
"""

from __future__ import annotations

import http.client
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from time import monotonic
from urllib.parse import unquote, urlsplit

import brotli
from django.conf import settings
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from masthead.circulation import entitlements, institutions, passes, viewers
from masthead.circulation.entitlements import Work
from masthead.edge.passes import LIFETIME
from masthead.editorial.models import Article, Title
from masthead.newsstand import inspections, metadata
from masthead.people.alarms import Alarm
from masthead.production import page_store
from masthead.production.models import Sighting
from masthead.production.worker import CANARY_QUEUE

TIMEOUT = 5
"""Seconds until a page is given up: all that are asked for in a look are, within its minute."""

BLIND = timedelta(minutes=10)
"""How long a look may wait in the queue until somebody is told that nobody comes to it."""

LARGEST = 8 * 1024**2
"""Bytes of an answer that are looked at, as it comes and unpacked."""

PACKED = {"Accept-Encoding": "gzip, deflate, br"}
PLAIN = {"Accept-Encoding": "identity"}
"""Browsers ask for the one, simple programs for the other; a cache may keep an answer for each."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the text, and what caches were told."""

    status: int
    text: str
    cache_control: str = ""


class NoAnswer(OSError):
    """The address did not answer."""


Ask = Callable[[str, str, Mapping[str, str]], Answer]
"""Asks for a full address with a cookie header, which may be empty, and with further headers."""


@dataclass(slots=True)
class Seen:
    """What one look at a magazine found; ``asked`` is how many pages were asked for."""

    address: str
    asked: int = 0
    leaks: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def look(title: Title, *, at: datetime, ask: Ask, address: str = "") -> Seen:
    """Ask for the newest closed article as a subscriber and as others, and for the feeds.

    Args:
        title: whose articles.
        at: the moment; passes are made for it.
        ask: how a page is asked for.
        address: where, with scheme and host; the magazine's own if left out.
    """
    seen = Seen((address or inspections.address_of(title)).rstrip("/"))
    found = _closed_article(title, at)
    if found is None:
        return seen
    article, secret = found
    _ask_for(article, secret, title, seen, at=at, ask=ask)
    if seen.leaks and not _is_closed_still(article, title):
        # Strangers have had it by right: its moment came meanwhile, or an editor opened it.
        seen.leaks.clear()
    return seen


def guard(title: Title, *, ask: Ask, address: str = "") -> bool:
    """Look again where a look has just found a leak, and shut the gate if there is one; say so.

    Shutting it shuts out all subscribers, so what was seen once in passing is not enough.
    """
    seen = look(title, at=timezone.now(), ask=ask, address=address)
    if seen.leaks:
        shut(leads_only=True)
    return bool(seen.leaks)


def _ask_for(
    article: Article, secret: str, title: Title, seen: Seen, *, at: datetime, ask: Ask
) -> None:
    """Ask as each kind of reader, and write down what is wrong."""
    address = seen.address
    url = address + urlsplit(article.url or "").path
    try:
        for coding in PACKED, PLAIN:
            # What a cache keeps for a moment only is seen by who comes next.
            answer = ask(url, _cookie(title, at), coding)
            seen.asked += 1
            _look_at_subscribers(answer, url, secret, seen)
            answer = ask(url, "", coding)
            seen.asked += 1
            _look_at(answer, _("A stranger"), secret, seen)
        for who, cookie, headers in _pretenders(title, at):
            answer = ask(url, cookie, {**PACKED, **headers})
            seen.asked += 1
            _look_at(answer, who, secret, seen)
        for form in metadata.FORMS:
            answer = ask(f"{address}/feeds/{form}", "", PACKED)
            seen.asked += 1
            if secret in inspections.words_of(answer.text):
                seen.leaks.append(
                    _("The feed %(form)s has words behind the gate.") % {"form": form}
                )
    except NoAnswer as error:
        seen.faults.append(
            _("%(address)s does not answer: %(why)s") % {"address": address, "why": error}
        )


def remember(seen: Seen, *, at: datetime) -> Sighting:
    """Write down what a look found, in place of the last one."""
    last = Sighting.objects.filter(address=seen.address).first()
    wrong = bool(seen.leaks or seen.faults)
    since = (last.since if last and last.since else at) if wrong else None
    row, _made = Sighting.objects.update_or_create(
        address=seen.address[:255],
        defaults={"at": at, "since": since, "leaks": seen.leaks, "faults": seen.faults},
    )
    return row


def shut(*, leads_only: bool) -> bool:
    """Have closed articles show their leads only, to everybody; or no more. Say if that is new.

    The front and the house are both told, at once.
    """
    return page_store.here().order(lambda told: replace(told, leads_only=leads_only))


@task(queue_name=CANARY_QUEUE)
def look_outside() -> int:
    """Look at every title, as the installation wants it; return how many leaks there were."""
    at, leaks = timezone.now(), 0
    for title in Title.objects.all():
        seen = look(title, at=at, ask=over_the_wire)
        remember(seen, at=at)
        leaks += len(seen.leaks)
        if seen.leaks and settings.INSTALLATION.server.canary == "guard":
            guard(title, ask=over_the_wire)
    return leaks


def alarms(at: datetime) -> Iterator[Alarm]:
    """Yield what the canary saw last, that it has shut the gate, or that nobody looks."""
    if viewers.is_shut():
        words = _(
            "Closed articles show their leads only, to everybody. Once the leak is mended: masthead canary --open"
        )
        yield Alarm("canary:leads-only", words, None, "office:promises_board")
    for one in Sighting.objects.exclude(since=None):
        words = _("Seen from outside, %(address)s is not as it should be: %(what)s")
        what = [*one.leaks, *one.faults][0]
        yield Alarm(
            f"canary:{one.address}:{one.since:%Y%m%d%H%M}",
            words % {"address": one.address, "what": what},
            one.since,
            "office:promises_board",
        )
    yield from _blind(at)


def _blind(at: datetime) -> Iterator[Alarm]:
    """Yield an alarm where a look has waited for long, while other work was done."""
    if settings.INSTALLATION.server.canary == "off":
        return
    # While one waits the schedule asks for no other.
    asked = DBTaskResult.objects.filter(
        task_path=look_outside.module_path, status=TaskResultStatus.READY
    )
    since = asked.aggregate(since=Min("enqueued_at"))["since"]
    if since is None or since > at - BLIND:
        return
    # The press has a task each minute. Where none was done a while ago, nobody worked: the machine
    # was off, and comes to it now.
    awake = DBTaskResult.objects.filter(finished_at__range=(at - BLIND * 1.5, at - BLIND))
    if awake.exists():
        words = _(
            "Nobody looks from outside whether the gate holds. See that a worker serves that lane: masthead worker --lane canary"
        )
        yield Alarm(f"canary:blind:{since:%Y%m%d%H%M}", words, since, "office:promises_board")


def over_the_wire(url: str, cookie: str, headers: Mapping[str, str]) -> Answer:
    """Ask for an address as a browser does, without following where it leads.

    Raises:
        NoAnswer: nobody answers there, or nothing that is HTTP.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    connection = (
        http.client.HTTPSConnection(
            host, port, timeout=TIMEOUT, context=ssl.create_default_context()
        )
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    )
    sent = {"Accept": "text/html,*/*", "User-Agent": "Masthead canary", **headers}
    if cookie:
        sent["Cookie"] = cookie
    try:
        connection.request("GET", parts.path or "/", headers=sent)
        response = connection.getresponse()
        coding = response.headers.get("Content-Encoding", "")
        text = _unpacked(_whole(response), coding.strip().lower()).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException, zlib.error, brotli.error) as error:
        raise NoAnswer(str(error) or type(error).__name__) from error
    finally:
        connection.close()
    return Answer(response.status, text, response.headers.get("Cache-Control", ""))


def _whole(response: http.client.HTTPResponse) -> bytes:
    """Read an answer, in its time: by a few bytes now and then it could take for ever."""
    until, read = monotonic() + TIMEOUT, bytearray()
    while len(read) < LARGEST and (piece := response.read1(LARGEST - len(read))):
        if monotonic() > until:
            raise TimeoutError("timed out")
        read += piece
    return bytes(read)


def _unpacked(body: bytes, coding: str) -> bytes:
    """Return what an answer says, as far as it is looked at: a few bytes can stand for very many."""
    match coding:
        case "" | "identity":
            return body
        case "br":
            return brotli.Decompressor().process(body, output_buffer_limit=LARGEST)[:LARGEST]
        case "gzip" | "x-gzip":
            return zlib.decompressobj(wbits=31).decompress(body, LARGEST)
        case "deflate":
            # By the standard with a frame; some send it without.
            framed = body[:1] and body[0] & 15 == 8 and int.from_bytes(body[:2]) % 31 == 0
            return zlib.decompressobj(15 if framed else -15).decompress(body, LARGEST)
    raise OSError(f"packed as {coding}")


def _closed_article(title: Title, at: datetime) -> tuple[Article, str] | None:
    """Return the newest closed article, and words that the house itself keeps from strangers.

    One that has none is passed over: what it ends with may stand beneath open ones, too.
    """
    feeds: list[str] = []
    opened: list[tuple[Article, Work]] = []
    doubtful: list[tuple[Article, Work]] = []
    for article in inspections.newest_of(title):
        work = viewers.work_of(article, title)
        if not _is_closed(work, at):
            opened.append((article, work))
            continue
        feeds = feeds or [_given(title, f"/feeds/{form}") for form in metadata.FORMS]
        given = [*feeds, _given(title, article.url or "")]
        if secret := inspections.closed_words(article, work, at, given=given):
            return article, secret
        doubtful.append((article, work))
    # Does the house give all of it away? Then only what stands in open articles is no leak.
    given = [inspections.whole_words(*one, at) for one in opened] if doubtful else []
    for article, work in doubtful:
        if secret := inspections.closed_words(article, work, at, given=given):
            return article, secret
    return None


def _given(title: Title, url: str) -> str:
    """Return the words that the house gives to strangers there, with nothing in between."""
    return inspections.words_of(inspections.fetched(title, url)[1])


def _is_closed_still(article: Article, title: Title) -> bool:
    """Say whether an article is closed at this moment, by what is in the database."""
    now = Article.objects.live().filter(pk=article.pk).first()
    if now is None:
        return False
    work = viewers.work_of(now, Title.objects.get(pk=title.pk))
    return _is_closed(work, timezone.now())


def _is_closed(work: Work, at: datetime) -> bool:
    """Say whether strangers have the lead only, whatever they have read this month."""
    decision = entitlements.may_read(entitlements.ANONYMOUS, work, at)
    return decision.parts == "lead" and decision.rule != "countable"


def _pretenders(title: Title, at: datetime) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Yield who may have the lead only, whatever they say, and the cookie and headers of each."""
    good = _cookie(title, at)
    head, _dot, mac = good.rpartition(".")
    yield _("Who brings a forged pass"), f"{head}.{mac[:-1]}{'A' if mac[-1] != 'A' else 'B'}", {}
    expired = _cookie(title, at - timedelta(seconds=2 * LIFETIME))
    yield _("Who brings an expired pass"), expired, {}
    yield _("Who brings a pass for another magazine"), _cookie(title, at, of="another"), {}
    if there := institutions.an_address(title, at):
        # As often as proxies are believed: each that writes nothing down leaves one of them to us.
        times = max(1, settings.INSTALLATION.server.trusted_proxies)
        forged = {"X-Forwarded-For": ", ".join([str(there)] * times)}
        yield _("Who only claims an address of an institution"), "", forged


def _cookie(title: Title, at: datetime, *, of: str = "") -> str:
    return passes.cookie_of(entitlements.subscriber_of(of or str(title.key), at), at=at)


def _look_at(answer: Answer, who: str, secret: str, seen: Seen) -> None:
    if secret in inspections.words_of(answer.text):
        _say(seen.leaks, _("%(who)s gets words behind the gate.") % {"who": who})
    elif answer.status != HTTPStatus.OK:
        said = {"who": who, "status": answer.status}
        _say(seen.faults, _("%(who)s is answered %(status)s.") % said)


def _look_at_subscribers(answer: Answer, url: str, secret: str, seen: Seen) -> None:
    if answer.status != HTTPStatus.OK:
        _say(seen.faults, _("A subscriber is answered %(status)s.") % {"status": answer.status})
    elif secret not in inspections.words_of(answer.text):
        if not viewers.is_shut() and _is_pressed(url):
            _say(seen.faults, _("A subscriber does not get the whole of a closed article."))
    elif "private" not in answer.cache_control and "no-store" not in answer.cache_control:
        # Whoever stands in between may give it to the next one.
        _say(seen.leaks, _("Caches are not told that a subscriber's page is private."))


def _say(said: list[str], sentence: str) -> None:
    """Say something once, though it was found for each coding."""
    if sentence not in said:
        said.append(sentence)


def _is_pressed(url: str) -> bool:
    """Say whether a page lies ready: until it does the house answers, which asks for more than a pass."""
    parts = urlsplit(url)
    return page_store.here().holds(parts.netloc.lower(), unquote(parts.path))
