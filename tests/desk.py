"""The editor's desk, in a process of its own that belongs to no machine: one request a line, as JSON."""

import json
import sys
import time
from dataclasses import replace
from datetime import timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.files.base import ContentFile  # noqa: E402
from django.core.files.storage import storages  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from masthead.circulation import passes  # noqa: E402
from masthead.circulation.entitlements import EVERY_CLASS, Viewer  # noqa: E402
from masthead.edge.locks import Key  # noqa: E402
from masthead.editorial import manuscripts  # noqa: E402
from masthead.editorial.models import Article, Title  # noqa: E402
from masthead.people.models import User  # noqa: E402
from masthead.production.models import Change, Depot, DepotPage, Node  # noqa: E402
from tests.factories import circulation as let  # noqa: E402
from tests.factories import editorial as make  # noqa: E402


def publish(slug, access, lead, rest, headline=""):
    """Publish an article whose lead everybody may read, anew or for the first time."""
    headline = headline or slug
    title = Title.objects.first() or make.magazine()
    body = [make.paragraph(f"{lead} {number}. " * 12) for number in range(4)]
    body += [make.paragraph(rest), *body]
    there = Article.objects.filter(slug=slug).first()
    if there is None:
        page = make.article(title, *body, headline=headline, access=access)
        if page.slug != slug:
            page.slug = slug
            page.save_revision().publish()
    else:
        copy = make.manuscript(*body, headline=headline, access=access, published_at=make.THEN)
        manuscripts.store(there, replace(copy, key=str(there.key)))
        there.save_revision().publish()


def unpublish(slug):
    """Return how many seconds the editor was kept waiting."""
    began = time.monotonic()
    Article.objects.get(slug=slug).unpublish()
    return time.monotonic() - began


def subscriber():
    """Return a pass of somebody with a term."""
    title = Title.objects.get()
    ends = int((timezone.now() + timedelta(hours=1)).timestamp())
    key = Key("term", str(title.key), EVERY_CLASS, article="", until=ends)
    return passes.give(Viewer(keys=(key,)), "", at=timezone.now())


def sign_in(email):
    """Return the cookie of a browser in which a subscriber has just signed in."""
    reader = User.objects.filter(email=email).first()
    if reader is None:
        reader = let.reader(email)
        let.grant(reader, Title.objects.get(), at=timezone.now())
    client = Client()
    client.force_login(reader)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def state():
    """Return where the depot and its nodes stand."""
    return {
        "changes": Change.objects.count(),
        "edition": Depot.objects.values_list("edition", flat=True).first(),
        "pages": DepotPage.objects.filter(status=200).count(),
        "nodes": dict(Node.objects.values_list("name", "edition")),
    }


def keep(shelf, name, words):
    """Keep a file among those that anybody may fetch, or among those that nobody may."""
    storages[shelf].save(name, ContentFile(words.encode()))


def kept(shelf, name):
    """Return where a file is, and what is in it."""
    try:
        address = storages[shelf].url(name)
    except ValueError:
        address = None
    with storages[shelf].open(name) as file:
        return [address, file.read().decode()]


for line in sys.stdin:
    name, arguments = json.loads(line)
    sys.stdout.write(json.dumps(globals()[name](*arguments)) + "\n")
    sys.stdout.flush()
