"""The lexicon in the office: how names are said, which names have no entry, and the way out as PLS."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin.views.generic import CreateView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from masthead.editorial import lexicon
from masthead.editorial.models import HouseSaying, Title
from masthead.office.views.editions import staff
from masthead.press.speech.lexicon import as_pls
from masthead.production import audio, hearing

SHOWN = 50
RIGHT = "editorial.change_housesaying"


class EntriesIndex(IndexView):
    """Every entry, with the ways to names that have none and out of the house."""

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        """Offer the names, the files, and to have articles read anew."""
        buttons = list(super().header_more_buttons)
        names = reverse("office:names")
        buttons.append(Button(_("Names without an entry"), url=names, icon_name="tag", priority=10))
        buttons += [
            Button(
                _("PLS of %(title)s, %(language)s") % {"title": title, "language": language},
                url=reverse("office:lexicon_pls", args=[title.pk, language]),
                icon_name="download",
                priority=20,
            )
            for title in Title.objects.order_by("name")
            for language in lexicon.languages_of(title)
        ]
        return buttons


class AddEntry(CreateView):
    """Adds an entry, begun with what the address says."""

    def get_initial_form_instance(self) -> HouseSaying:
        """Return an entry for the only title there is, and for the name that was chosen."""
        return HouseSaying(
            title=Title.objects.order_by("pk").first(),
            written=self.request.GET.get("written", "")[:500],
        )


class Entries(ModelViewSet):
    """The lexicon, in the office's menu."""

    model = HouseSaying
    name = "lexicon"
    icon = "openquote"
    menu_label = gettext_lazy("Lexicon")
    menu_order = 255
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display: ClassVar = ["written", "said", "ipa", "language", "title"]
    list_filter: ClassVar = ["title", "language"]
    search_fields: ClassVar = ["written", "said"]
    search_backend_name = None
    index_view_class = EntriesIndex
    add_view_class = AddEntry


@require_GET
def names(request: HttpRequest) -> HttpResponse:
    """Show names that voices may mispronounce, with a way to hear and to add each."""
    _see_that_they_may(request)
    page = Paginator(lexicon.names_without_entry(), SHOWN).get_page(request.GET.get("p"))
    title = Title.objects.order_by("pk").first()
    language = title.language if title else "en"
    rows = [
        (topic, hearing.ticket_for_name(topic.title, language, staff(request)))
        for topic in page.object_list
    ]
    return render(request, "office/names.html", {"rows": rows, "page": page})


@require_POST
def anew(request: HttpRequest) -> HttpResponse:
    """Have published articles read anew; those that nothing has changed for stay as they are."""
    _see_that_they_may(request)
    asked = audio.ask_anew(at=timezone.now())
    told = ngettext(
        "%(count)d article is looked through; what is said otherwise now is read anew.",
        "%(count)d articles are looked through; what is said otherwise now is read anew.",
        asked,
    )
    messages.success(request, told % {"count": asked})
    return redirect("office:names")


@require_GET
def pls(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Hand out a title's lexicon in one language as a Pronunciation Lexicon (W3C PLS 1.0)."""
    _see_that_they_may(request)
    title = get_object_or_404(Title, pk=pk)
    if language not in lexicon.languages_of(title):
        raise Http404
    answer = HttpResponse(
        as_pls(lexicon.of_house(title), language),
        content_type="application/pls+xml; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="lexicon-{language}.pls"'
    return answer


def _see_that_they_may(request: HttpRequest) -> None:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
