"""What the editors' office has beside Wagtail's own screens."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from masthead.circulation import viewers
from masthead.editorial import issues
from masthead.editorial.models import Article, Correction, Issue, IssueIndex
from masthead.office import advertising_urls, desks
from masthead.office.views import (
    advertisers,
    alarms,
    artwork,
    designers,
    editions,
    flat_plans,
    guests,
    layouts,
    lexicon,
    pressing,
    printing,
    proofs,
    rates,
    readers,
    speech,
    titles,
    topics,
)
from masthead.office.views import issues as issue_views
from masthead.office.views import staff as staff_views
from masthead.people import mail_addresses
from masthead.people.models import User


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    """Return the office's own addresses; Wagtail asks for staff on each of them."""
    return [
        path(
            "masthead/",
            include(
                (
                    [
                        path("topics/", topics.topics, name="topics"),
                        path("lexicon/names/", lexicon.names, name="names"),
                        path("lexicon/anew/", lexicon.anew, name="read_anew"),
                        path(
                            "lexicon/<int:pk>/<str:language>.pls", lexicon.pls, name="lexicon_pls"
                        ),
                        path("said/<str:ticket>.mp3", speech.hear, name="hear"),
                        path("advertising/", include(advertising_urls)),
                        *desks.addresses(),
                        path("grants/<int:pk>/revocation/", readers.revoke, name="revoke_grant"),
                        path("institutions/<int:pk>/seats/", readers.seats, name="seats"),
                        path("issues/<int:pk>/editions/", editions.editions, name="editions"),
                        path("issues/<int:pk>/flat-plan/", flat_plans.flat_plan, name="flat_plan"),
                        path("places/<int:pk>/layout/", layouts.layout, name="layout"),
                        path("places/<int:pk>/look/", layouts.look, name="look_at_layout"),
                        path(
                            "artwork/<int:pk>/pages/<int:number>/",
                            flat_plans.artwork_page,
                            name="artwork_page",
                        ),
                        path("issues/<int:pk>/package/", designers.package, name="package"),
                        path("issues/<int:pk>/register/", designers.register, name="register"),
                        path("editions/<int:pk>/", editions.edition, name="edition"),
                        path("editions/<int:pk>/file/", editions.edition_file, name="edition_file"),
                        path(
                            "editions/<int:pk>/pages/<int:number>/",
                            editions.edition_page,
                            name="edition_page",
                        ),
                        path(
                            "editions/<int:pk>/proof/<int:number>/", proofs.page, name="proof_page"
                        ),
                        path(
                            "editions/<int:pk>/sign-off/",
                            proofs.sign_off_rest,
                            name="sign_off_rest",
                        ),
                        path(
                            "editions/<int:pk>/marks/<int:mark>/settled/",
                            proofs.settle,
                            name="settle_mark",
                        ),
                        path("issues/<int:pk>/guests/", guests.guests, name="guests"),
                        path("issues/<int:pk>/<str:to>/", issue_views.move, name="move_issue"),
                    ],
                    "office",
                )
            ),
        )
    ]


@hooks.register("register_admin_viewset")
def viewsets() -> list[Any]:
    """Return the screens for titles, printing, artwork, the lexicon and readers by agreement."""
    return [
        titles.Titles(),
        printing.Printers(),
        artwork.Artworks(),
        advertisers.Advertisers(),
        lexicon.Entries(),
        readers.Readers(),
        rates.TaxRates(),
        rates.DiscountCodes(),
    ]


hooks.register("register_admin_menu_item", desks.circulation_menu)
hooks.register("register_admin_menu_item", desks.money_menu)
hooks.register("construct_homepage_panels", alarms.on_first_page)
hooks.register("construct_homepage_panels", pressing.on_first_page)


@hooks.register("register_admin_menu_item")
def advertising_item() -> MenuItem:
    """Return the way to what is booked in the office's menu."""
    return desks.ForWhoMay(
        ("advertising.view_booking",),
        gettext_lazy("Advertising"),
        reverse("office:bookings"),
        icon_name="clipboard-list",
        order=258,
    )


class MoveIssue(ActionMenuItem):
    """A step in the life of an issue, in the menu at the foot of its page."""

    icon_name = "arrow-right"

    def __init__(self, to: Issue.State, label: Any, order: int) -> None:
        """Offer the step to state `to`."""
        super().__init__(order=order)
        self.to, self.label, self.name = to, label, f"masthead-issue-{to}"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Say whether the step follows on the present state, for this editor."""
        page = context.get("page")
        return (
            context["view"] == "edit"
            and isinstance(page, Issue)
            and self.to in issues.MOVES[Issue.State(page.state)]
            and page.permissions_for_user(context["request"].user).can_publish()
        )

    def get_url(self, context: dict[str, Any]) -> str:
        """Return the page that asks before it does anything."""
        return reverse("office:move_issue", args=[context["page"].pk, self.to])


STEPS = (
    (Issue.State.PLANNED, gettext_lazy("Back to planned"), 900),
    (Issue.State.OPEN, gettext_lazy("Open for copy"), 910),
    (Issue.State.CLOSED, gettext_lazy("Close"), 920),
    (Issue.State.ON_SALE, gettext_lazy("Put on sale…"), 930),
)
for _state, _label, _order in STEPS:
    hooks.register(
        "register_page_action_menu_item",
        lambda state=_state, label=_label, order=_order: MoveIssue(state, label, order),
    )


class PressIssue(ActionMenuItem):
    """The way from an issue's page to its editions."""

    name = "masthead-issue-editions"
    label = gettext_lazy("Editions…")
    icon_name = "doc-full"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Say whether this is the page of an issue that stands already."""
        return context["view"] == "edit" and isinstance(context.get("page"), Issue)

    def get_url(self, context: dict[str, Any]) -> str:
        """Return the page of the issue's editions."""
        return reverse("office:editions", args=[context["page"].pk])


hooks.register("register_page_action_menu_item", lambda: PressIssue(order=940))


class PlanIssue(PressIssue):
    """The way from an issue's page to its flat-plan."""

    name = "masthead-issue-flat-plan"
    label = gettext_lazy("Flat-plan…")
    icon_name = "list-ul"

    def get_url(self, context: dict[str, Any]) -> str:
        """Return the page of the issue's flat-plan."""
        return reverse("office:flat_plan", args=[context["page"].pk])


hooks.register("register_page_action_menu_item", lambda: PlanIssue(order=935))


@hooks.register("construct_page_action_menu")
def issues_go_on_sale(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Take the publish button from issues that are not on sale: that is an act of its own."""
    page = context.get("page")
    is_issue = isinstance(page, Issue) or isinstance(context.get("parent_page"), IssueIndex)
    if is_issue and (page is None or page.state != Issue.State.ON_SALE):
        items[:] = [item for item in items if item.name not in ("action-publish", "action-submit")]


@hooks.register("before_publish_page")
def wait_for_the_issue(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Approve an article that comes out with its issue, and say so, instead of publishing it."""
    if not isinstance(page, Article) or not page.waits_for_issue():
        return None
    page.publish(page.latest_revision, user=request.user)
    issue = page.issue()
    if issue is None:
        messages.warning(
            request,
            _("“%(title)s” is approved. It comes out with its issue, but stands in none yet.")
            % {"title": page.draft_title},
        )
    else:
        messages.success(
            request,
            _("“%(title)s” is approved. It comes out when “%(issue)s” goes on sale.")
            % {"title": page.draft_title, "issue": issue.title},
        )
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_serve_document")
def attachments_are_private(document: Any, request: HttpRequest) -> None:
    """Refuse attachments to everybody but staff who may read everything."""
    if not viewers.viewer_of(request, timezone.now()).reads_everything:
        raise Http404


class CorrectionViewSet(SnippetViewSet):
    """Corrections in the office's menu."""

    model = Correction
    icon = "warning"
    menu_label = gettext_lazy("Corrections")
    menu_order = 250
    add_to_admin_menu = True
    list_display = ("article", "kind", "made_at", "approved_by")
    list_filter = ("kind",)
    search_fields = ("text",)


register_snippet(CorrectionViewSet)


@hooks.register("after_create_snippet")
def sign_the_correction(request: HttpRequest, instance: Any) -> None:
    """Write down who approved a correction and which copy it is about."""
    if isinstance(instance, Correction):
        Correction.objects.filter(pk=instance.pk, approved_by=None).update(
            approved_by=request.user,
            revision_before=instance.article.live_revision,
            revision_after=instance.article.latest_revision,
        )


@hooks.register("register_log_actions")
def acts_on_people(actions: Any) -> None:
    """Name in the daybook what is done about people."""
    actions.register_action(
        "masthead.second_factor.reset",
        gettext_lazy("Take the second proof"),
        gettext_lazy("Second proof taken away"),
    )
    actions.register_action(
        "masthead.person.erased", gettext_lazy("Erase"), gettext_lazy("Person erased")
    )


for _act in staff_views.BULK_ACTIONS:
    # Ours come after Wagtail's of the same name, and so in their place.
    hooks.register("register_bulk_action", _act, order=1000)


@hooks.register("after_create_user")
def signs_in_by_code(request: HttpRequest, user: User) -> None:
    """Give somebody whom staff added no password: a code is mailed to them."""
    user.set_unusable_password()
    user.save(update_fields=["password"])


@hooks.register("after_edit_user")
def prove_the_new_address(request: HttpRequest, user: User) -> None:
    """Have somebody whose mail address staff changed prove the new one."""
    mail_addresses.changed_by_staff(user)


@hooks.register("register_admin_menu_item")
def newsstand_item() -> MenuItem:
    """Return the way to all issues."""
    return IssuesItem(gettext_lazy("Issues"), "", name="issues", icon_name="doc-full", order=150)


class IssuesItem(MenuItem):
    """Leads to the shelf of issues, wherever it stands in the tree."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Say whether there is a newsstand yet."""
        shelf = IssueIndex.objects.first()
        self.url = reverse("wagtailadmin_explore", args=[shelf.pk]) if shelf else ""
        return shelf is not None
