"""What is said of an article, sentence by sentence, before anybody hears it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from masthead.circulation import viewers
from masthead.editorial import titles
from masthead.editorial.models import Article
from masthead.manuscript import languages
from masthead.office.views.editions import staff
from masthead.press.speech.engines import Unavailable
from masthead.press.speech.script import Sentence
from masthead.production import hearing, narrations
from masthead.production.models import Narration


@dataclass(frozen=True)
class Line:
    """A sentence as the editor sees it."""

    id: str
    text: str
    """As it is printed; empty where it is only heard."""
    said: list[tuple[str, bool]]
    """The words that are said, and whether they differ from print."""
    language: str
    direction: str
    ticket: str

    @property
    def differs(self) -> bool:
        """Say whether anything is said otherwise than it is printed."""
        return any(other for _words, other in self.said)


def preview(page: Article, request: HttpRequest) -> HttpResponse:
    """Return what is said of an article as it stands in the editor, with a way to hear it.

    For who may edit it: whoever may not see the whole gets none of it.
    """
    now = timezone.now()
    work = viewers.work_of(page, titles.titles_of([page]).get(page.pk))
    decision = viewers.decide_preview(request, page, work, "", now)
    if decision.parts != "full":
        raise PermissionDenied
    lines: list[Line] = []
    problem = ""
    try:
        copy = narrations.copy_of(page, at=now, decision=decision)
        lines = [_line(one, request) for one in copy.said]
    except Unavailable as missing:
        problem = str(missing)
    answer = render(
        request,
        "office/spoken.html",
        {
            "page": page,
            "lines": lines,
            "problem": problem,
            "differ": sum(one.differs for one in lines),
            # What was told when it was last read, such as that a recording does not fit it.
            "last": Narration.objects.filter(article=page.pk).first() if page.pk else None,
        },
    )
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@require_GET
def hear(request: HttpRequest, ticket: str) -> HttpResponse:
    """Say what a ticket is for."""
    try:
        sound = hearing.hear(ticket, staff(request), at=timezone.now())
    except hearing.NoTicket as none:
        raise Http404(_("Look at the text once more, and listen from there.")) from none
    except narrations.CannotNarrate as refusal:
        return HttpResponse(str(refusal), content_type="text/plain; charset=utf-8", status=503)
    answer = HttpResponse(sound, content_type="audio/mpeg")
    patch_cache_control(answer, private=True, max_age=3600)
    return answer


def _line(sentence: Sentence, request: HttpRequest) -> Line:
    return Line(
        sentence.id,
        sentence.text,
        compared(sentence.text, sentence.spoken),
        sentence.language,
        languages.direction(sentence.language),
        hearing.ticket(sentence.spoken, sentence.language, staff(request)),
    )


def compared(printed: str, said: str) -> list[tuple[str, bool]]:
    """Return what is said in stretches of words, each with whether it differs from print.

    Quotation marks and the like, which nobody hears, make no difference.
    """
    words = said.split()
    if not printed:
        return [(" ".join(words), True)]
    seen = [_bare(word) for word in printed.split()]
    matcher = difflib.SequenceMatcher(None, seen, [_bare(word) for word in words], autojunk=False)
    stretches: list[tuple[str, bool]] = []
    for how, _from, _to, first, last in matcher.get_opcodes():
        if first < last:
            stretches.append((" ".join(words[first:last]), how != "equal"))
    return stretches


def _bare(word: str) -> str:
    return word.strip("“”\"„«»‘’'.,;:!?()[]…").replace("’", "'")
