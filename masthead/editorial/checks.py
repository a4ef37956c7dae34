"""What an editor should look at before an article goes out.

Pure: it sees a manuscript and the pictures' rights, and returns findings. Faults are
things that readers would miss or that we may not do; advice is a matter of taste.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from masthead.manuscript import nodes, walk
from masthead.manuscript.nodes import Manuscript

HEADLINE_CHARACTERS = 90
"""Longer ones are cut by search engines and do not fit a cover."""

Severity = Literal["fault", "advice"]
Refusal = Callable[[str, str], str]
"""Takes a picture key and an edition; returns why the picture may not stand there, or nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at; ``block`` is the id of the block it concerns, if any."""

    severity: Severity
    message: str
    block: str = ""


def check(
    manuscript: Manuscript, refusal: Refusal, known: frozenset[str] = frozenset()
) -> list[Finding]:
    """Return everything worth an editor's look, faults first.

    Args:
        manuscript: the article.
        refusal: asked for every picture and edition it would appear in.
        known: topic keys that exist; mentions of others are faults.
    """
    findings = [
        *_front(manuscript),
        *_figures(manuscript, refusal),
        *_notes(manuscript),
        *_sources_and_topics(manuscript, known),
        *_lead(manuscript),
    ]
    return sorted(findings, key=lambda finding: finding.severity != "fault")


def _front(manuscript: Manuscript) -> list[Finding]:
    front, findings = manuscript.front, []
    if len(front.headline) > HEADLINE_CHARACTERS:
        message = _("The headline has %(count)d characters; %(most)d fit everywhere.") % {
            "count": len(front.headline),
            "most": HEADLINE_CHARACTERS,
        }
        findings.append(Finding("advice", message))
    if not front.standfirst:
        findings.append(Finding("advice", _("There is no standfirst.")))
    if not front.bylines:
        findings.append(Finding("fault", _("Nobody is named in the byline.")))
    if not front.section:
        findings.append(Finding("fault", _("It stands in no section.")))
    return findings


def _figures(manuscript: Manuscript, refusal: Refusal) -> list[Finding]:
    findings = []
    for figure in _all_figures(manuscript):
        if not figure.alternative and not figure.decorative:
            findings.append(Finding("fault", _("A picture has no alternative text."), figure.id))
        if not figure.credit:
            findings.append(Finding("fault", _("A picture has no credit."), figure.id))
        for edition in figure.editions or ("web", "paper", "epub"):
            reason = refusal(figure.picture, edition)
            findings += [Finding("fault", reason, figure.id)] if reason else []
    return findings


def _all_figures(manuscript: Manuscript) -> list[nodes.Figure]:
    figures = [block for block in walk.blocks(manuscript.body) if isinstance(block, nodes.Figure)]
    front = manuscript.front
    fronts = [front.lead_figure, *(variant.lead_figure for variant in front.variants)]
    found = {figure.id: figure for figure in [*(f for f in fronts if f), *figures]}
    return list(found.values())


def _notes(manuscript: Manuscript) -> list[Finding]:
    written = {note.id for note in manuscript.notes}
    cited = {
        word.note for word in walk.words(manuscript) if isinstance(word, nodes.FootnoteReference)
    }
    findings = [
        Finding("fault", _("The text refers to a footnote that is not there."))
        for _missing in cited - written
    ]
    for number, note in enumerate(manuscript.notes, 1):
        if note.id not in cited:
            message = _("Nothing in the text refers to footnote %(number)d.") % {"number": number}
            findings.append(Finding("fault", message))
        if not note.children:
            message = _("Footnote %(number)d is empty.") % {"number": number}
            findings.append(Finding("fault", message))
    return findings


def _sources_and_topics(manuscript: Manuscript, known: frozenset[str]) -> list[Finding]:
    listed = {source.id for source in manuscript.sources}
    findings = []
    for word in walk.words(manuscript):
        if isinstance(word, nodes.Citation) and word.source not in listed:
            message = _("A citation names the source “%(name)s”, which is not listed.") % {
                "name": word.source
            }
            findings.append(Finding("fault", message))
        if isinstance(word, nodes.Mention) and word.topic not in known:
            findings.append(
                Finding("fault", _("The text mentions a topic that does not exist any more."))
            )
    return findings


def _lead(manuscript: Manuscript) -> list[Finding]:
    if manuscript.access == "open":
        return []
    parts = walk.parts(manuscript)
    if len(parts) == 1 and walk.lead(manuscript).blocks == parts[0].blocks:
        return [Finding("fault", _("The whole article stands in the lead, for everybody to read."))]
    return []
