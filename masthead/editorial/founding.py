"""Founding a title: everything a magazine needs before its first article."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
)

from masthead.editorial.models import (
    ArticleIndex,
    ContributorIndex,
    FrontPage,
    IssueIndex,
    Title,
    TopicIndex,
)

SHELVES = (
    (IssueIndex, "issues", "Issues"),
    (ArticleIndex, "articles", "Articles"),
    (ContributorIndex, "contributors", "Contributors"),
    (TopicIndex, "topics", "Topics"),
)

EDITORS = "Editors"
AUTHORS = "Authors"

PAGE_RIGHTS = {
    EDITORS: (
        "add_page",
        "change_page",
        "publish_page",
        "lock_page",
        "unlock_page",
        "bulk_delete_page",
    ),
    AUTHORS: ("add_page",),
}
COLLECTION_RIGHTS = {
    EDITORS: (
        "add_image",
        "change_image",
        "choose_image",
        "add_document",
        "change_document",
        "choose_document",
    ),
    AUTHORS: ("add_image", "choose_image", "add_document", "choose_document"),
}
RIGHTS: dict[str, dict[str, tuple[str, ...]]] = {
    EDITORS: {
        "wagtailadmin": ("access_admin",),
        "editorial": (
            "read_everything",
            "add_correction",
            "change_correction",
            "view_correction",
            "change_title",
            "view_title",
            "add_housesaying",
            "change_housesaying",
            "delete_housesaying",
            "view_housesaying",
        ),
        "advertising": ("view_booking", "view_creative", "approve_creative"),
    },
    AUTHORS: {"wagtailadmin": ("access_admin",)},
}


@transaction.atomic
def found(
    *,
    name: str,
    language: str = "en",
    time_zone: str = "UTC",
    address: str = "http://localhost:8000",
    tagline: str = "",
) -> Title:
    """Return the title called `name`, founded now unless it was already.

    Makes the title, its front page with the four shelves, the site that answers at
    `address`, and the groups Editors and Authors. Doing it again changes nothing but the
    site's address.
    """
    title = Title.objects.filter(name=name).first() or Title.objects.create(
        name=name, language=language, time_zone=time_zone, tagline=tagline
    )
    front = FrontPage.objects.filter(publication=title).first() or _front_page(title)
    for model, slug, heading in SHELVES:
        if not model.objects.child_of(front).exists():
            front.add_child(instance=model(title=heading, slug=slug, locale=front.locale))
    _answer_at(address, front, name)
    for group in (EDITORS, AUTHORS):
        _empower(group, front)
    _let_editors_approve()
    return title


def _front_page(title: Title) -> FrontPage:
    root = Page.get_first_root_node()
    if root is None:
        root = Page.add_root(title="Root", locale=_locale(title.language))
    slug = (
        "front"
        if not Page.objects.child_of(root).filter(slug="front").exists()
        else f"front-{title.pk}"
    )
    front = FrontPage(
        title=title.name, slug=slug, publication=title, locale=_locale(title.language)
    )
    root.add_child(instance=front)
    return front


def _locale(language: str) -> Locale:
    """Return the locale of the chrome; articles carry a finer language of their own."""
    code = language.split("-")[0].lower()
    return Locale.objects.filter(language_code=code).first() or Locale.get_default()


def _answer_at(address: str, front: FrontPage, name: str) -> None:
    """Let the title answer at `address`, in place of the page that Wagtail greets with."""
    parts = urlsplit(address)
    host = parts.hostname or "localhost"
    port = parts.port or (443 if parts.scheme == "https" else 80)
    site = Site.objects.filter(root_page=front).first()
    if site is None:
        default = Site.objects.filter(is_default_site=True).first()
        fresh = default is not None and type(default.root_page.specific) is Page
        site = default if fresh and default else Site(is_default_site=default is None)
    welcome = site.root_page if site.root_page_id and site.root_page_id != front.pk else None
    site.root_page = front
    site.hostname, site.port, site.site_name = host, port, name
    site.save()
    if welcome is not None and type(welcome.specific) is Page:
        welcome.delete()


def _empower(name: str, front: FrontPage) -> None:
    group, _created = Group.objects.get_or_create(name=name)
    # Wagtail gives its own "Editors" rights on the root, from where they reach every title.
    GroupPagePermission.objects.filter(group=group, page__depth=1).delete()
    # Rights that are there already are no conflict: founding may be done again.
    GroupPagePermission.objects.bulk_create(
        (
            GroupPagePermission(group=group, page=front, permission=permission)
            for permission in _permissions("wagtailcore", PAGE_RIGHTS[name])
        ),
        ignore_conflicts=True,
    )
    root = Collection.get_first_root_node()
    GroupCollectionPermission.objects.bulk_create(
        (
            GroupCollectionPermission(group=group, collection=root, permission=permission)
            for permission in _permissions("editorial", COLLECTION_RIGHTS[name])
        ),
        ignore_conflicts=True,
    )
    for app, codenames in RIGHTS[name].items():
        group.permissions.add(*_permissions(app, codenames))


def _let_editors_approve() -> None:
    """Let Editors approve what Authors submit, in place of Wagtail's own Moderators."""
    moderators = Group.objects.filter(name="Moderators", user=None).first()
    if moderators is None:
        return
    editors = Group.objects.get(name=EDITORS)
    for task in GroupApprovalTask.objects.filter(groups=moderators):
        task.groups.set([editors])
        task.name = "Approval by an editor"
        task.save()
        task.workflows.update(name="Approval by an editor")
    moderators.delete()


def _permissions(app: str, codenames: Iterable[str]) -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label=app, codename__in=codenames)
