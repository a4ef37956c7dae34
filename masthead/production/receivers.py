"""What production does when a page comes out, or a correction is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_unpublished

from masthead.advertising.models import Advertiser, Booking, Creative
from masthead.editorial import pictures
from masthead.editorial.archive import filing
from masthead.editorial.models import (
    Article,
    ArticleIndex,
    ContentsEntry,
    Contributor,
    ContributorIndex,
    Correction,
    Dossier,
    FrontPage,
    Issue,
    IssueIndex,
    Picture,
    Section,
    Title,
    Topic,
    TopicIndex,
)
from masthead.editorial.models.article import Mention
from masthead.editorial.models.audience import Access
from masthead.editorial.models.page import MagazinePage
from masthead.editorial.receivers import WHOM_FOR
from masthead.production import audio, changes, formes, press_runs, renditions, renewal
from masthead.production.models import Narration

AUDIENCE_OF: dict[Any, str] = {
    Article: "pk",
    Section: "section",
    Issue: "placement__issue",
    Title: "",
}
"""What says whom articles are for, and which those are; of a title it is all of them."""

SHOWN = (
    Advertiser, Article, ArticleIndex, Booking, ContentsEntry, Contributor, ContributorIndex, Correction,
    Creative, Dossier, FrontPage, Issue, IssueIndex, Mention, Narration, Picture, Section, Title, Topic, TopicIndex,
)  # fmt: skip
"""What readers' pages are made from, of all that stands below this department or in it."""

MOVED_BY_NAME = 1000
"""So many pages that move at once are named to the press; where there are more, it presses all."""


def page_published(instance: Any, **_signal: Any) -> None:
    """Have the pictures of a page made in every size, once it is really out.

    An article is read aloud. The screen edition of the issue that it is, or stands in, follows it.
    """
    transaction.on_commit(partial(renditions.make_for_page.enqueue, instance.pk))
    if isinstance(instance, Issue):
        _renew(instance.pk)
    elif isinstance(instance, Article):
        audio.ask(instance, at=timezone.now())
        if place := getattr(instance, "placement", None):
            _renew(place.issue_id)


def picture_taken_in(instance: Picture, **_signal: Any) -> None:
    """Have the size made that its pages will be pressed with; most come out some time later."""
    if not pictures.has_base(instance):
        transaction.on_commit(partial(renditions.make_base.enqueue, instance.pk))


def creative_saved(instance: Creative, **_signal: Any) -> None:
    """Have the size made in which readers see its picture; an editor looks at it before they do."""
    if instance.picture_id:
        transaction.on_commit(partial(renditions.make_for_creative.enqueue, instance.pk))


def correction_made(instance: Correction, **_signal: Any) -> None:
    """Have the edition made anew in which the corrected article stands."""
    if place := getattr(instance.article, "placement", None):
        _renew(place.issue_id)


def narration_finished(instance: Narration, **_signal: Any) -> None:
    """Have the article found with audio, and its book made anew, once there is something to hear."""
    if instance.state not in (Narration.State.READY, Narration.State.UNCHANGED):
        return
    filing.file_anew([instance.article_id], at=timezone.now())
    if place := getattr(instance.article, "placement", None):
        _renew(place.issue_id)


def hear_of_changes() -> None:
    """Listen for whatever readers' pages are made from."""
    for model in AUDIENCE_OF:
        pre_save.connect(audience_changed, sender=model)
    for signal in (post_save, post_delete):
        signal.connect(placed, sender=ContentsEntry)
    for model in SHOWN:
        post_save.connect(saved, sender=model)
        post_delete.connect(deleted, sender=model)
    post_save.connect(page_saved, sender=Page)
    for model in (Page, *(one for one in SHOWN if issubclass(one, Page))):
        pre_save.connect(page_moves, sender=model)
    for signal in (post_save, post_delete):
        signal.connect(site_changed, sender=Site)
        signal.connect(privacy_changed, sender=PageViewRestriction)
    page_unpublished.connect(page_taken_down)
    pre_delete.connect(page_deleted)


def saved(instance: Any, update_fields: Any = None, **_signal: Any) -> None:
    """Have pressed anew what shows a row that was saved."""
    if update_fields and changes.ONLY_AT_THE_DESK.issuperset(update_fields):
        return
    if isinstance(instance, Page) and not instance.live:
        # Here too, and not only once Wagtail says so: it may be killed before that.
        own = [f"own:{instance.pk}"]
        transaction.on_commit(partial(press_runs.take_down, own), robust=True)
    press_runs.ask(changes.tags_of(instance))


def page_saved(
    instance: Page, update_fields: Any = None, raw: bool = False, **_signal: Any
) -> None:
    """Do the same for a page of which only what all pages have was saved, as Wagtail does by the clock."""
    if not raw and issubclass(instance.specific_class or Page, MagazinePage):
        saved(instance.get_specific(), update_fields)


def deleted(instance: Any, **_signal: Any) -> None:
    """Have pressed anew what showed a row that is deleted."""
    press_runs.ask(changes.tags_of(instance))


def audience_changed(
    sender: Any, instance: Any, update_fields: Any = None, raw: bool = False, **_signal: Any
) -> None:
    """Have articles held back, however many, that may be closed to some who could read them."""
    names = {*WHOM_FOR, "section", "published_at"} if sender is Article else {*WHOM_FOR}
    # What is not saved with it may be a draft, which says nothing yet.
    names = names if update_fields is None else names.intersection(update_fields)
    if raw or not names or instance._state.adding:
        return
    before = sender.objects.filter(pk=instance.pk).values(*names).first() or {}
    changed = {
        name
        for name, value in before.items()
        if value != getattr(instance, instance._meta.get_field(name).attname)
    }
    if not changed or (changed == {"access"} and instance.access == Access.OPEN):
        return
    if sender is Title:
        press_runs.hold_back([changes.tag(instance)])
    else:
        articles = Article.objects.live().filter(**{AUDIENCE_OF[sender]: instance.pk})
        press_runs.hold_back(_shown_of(articles.values_list("pk", flat=True)))


def placed(instance: ContentsEntry, **_signal: Any) -> None:
    """Have an article held back that comes into an issue, or leaves it, which says whom it is for."""
    if any(getattr(instance.issue, name) for name in WHOM_FOR):
        press_runs.hold_back(_shown_of([instance.article_id]))


def _shown_of(articles: Iterable[int]) -> Iterator[str]:
    """Yield the tags of the pages of articles, and of those that show them."""
    for pk in articles:
        yield f"own:{pk}"
        yield f"page:{pk}"


def site_changed(**_signal: Any) -> None:
    """Have everything made anew, since every address may be another now."""
    formes.lay_all_aside()
    press_runs.ask([changes.EVERYTHING])


def privacy_changed(instance: PageViewRestriction, **_signal: Any) -> None:
    """Have the house alone answer for pages that an editor keeps for some, from this moment on.

    They go from lists, feeds and the archive, or come back to them.
    """
    of = instance.page
    below = Page.objects.descendant_of(of, inclusive=True).values_list("pk", flat=True)
    # Registered first: whatever comes of the press, nobody reads them any more.
    transaction.on_commit(partial(press_runs.leave_to_house, [f"own:{pk}" for pk in below]))
    filing.mark_stale(Q(path__startswith=of.path))
    press_runs.hold_back(f"page:{pk}" for pk in below)
    press_runs.ask([changes.EVERYTHING, f"below:{of.pk}"])


def page_taken_down(instance: Any, **_signal: Any) -> None:
    """Take a page that was unpublished from readers before the editor is told that it is done."""
    transaction.on_commit(partial(press_runs.take_down, [f"own:{instance.pk}"]))


def page_deleted(sender: type, instance: Any, **_signal: Any) -> None:
    """Do the same for one that is deleted."""
    if issubclass(sender, MagazinePage):
        page_taken_down(instance)


def page_moves(
    instance: Page, update_fields: Any = None, raw: bool = False, **_signal: Any
) -> None:
    """Have pages pressed at their new addresses, with all that stands below them.

    In the transaction of the move itself: Wagtail tells of one when it is long committed.
    """
    said = update_fields is None or not {"slug", "url_path"}.isdisjoint(update_fields)
    if raw or not said or instance._state.adding:
        return
    before = Page.objects.filter(pk=instance.pk).values_list("url_path", flat=True).first()
    if before is None or before == instance.url_path:
        return
    below = Page.objects.descendant_of(instance, inclusive=True).values_list("pk", flat=True)
    # Another title may be for others.
    press_runs.hold_back(f"own:{pk}" for pk in below)
    if len(below) > MOVED_BY_NAME:
        formes.lay_all_aside()
        press_runs.ask([changes.EVERYTHING, f"below:{instance.pk}"])
    else:
        press_runs.ask([f"{kind}:{pk}" for pk in below for kind in ("own", "page")])


def _renew(issue: int) -> None:
    if renewal.follows(issue):
        transaction.on_commit(partial(renewal.renew_issue.enqueue, issue))
