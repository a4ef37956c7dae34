"""What an editor is told before an article goes out."""

from __future__ import annotations

import uuid

import pytest

from masthead.editorial import checks
from masthead.manuscript import nodes

GOOD_FRONT = {
    "headline": "A headline",
    "standfirst": "Why",
    "bylines": (nodes.Byline("Ada"),),
    "section": "politics",
}
P = nodes.Paragraph(id="p", children=(nodes.Text("Words. " * 40),))


def manuscript(
    *body: nodes.Block, notes=(), sources=(), access="open", **front
) -> nodes.Manuscript:
    return nodes.Manuscript(
        key=str(uuid.uuid4()),
        front=nodes.FrontMatter(**(GOOD_FRONT | front)),
        body=body or (P,),
        notes=notes,
        sources=sources,
        access=access,
    )


def messages(what: nodes.Manuscript, refusal=lambda key, edition: "", known=frozenset()) -> str:
    return " | ".join(f"{f.severity}: {f.message}" for f in checks.check(what, refusal, known))


def test_a_finished_article_has_nothing_to_mend() -> None:
    assert messages(manuscript()) == ""


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (manuscript(bylines=()), "fault: Nobody is named"),
        (manuscript(section=""), "fault: It stands in no section"),
        (manuscript(standfirst=""), "advice: There is no standfirst"),
        (manuscript(headline="x" * 91), "advice: The headline has 91"),
        (manuscript(P, nodes.Figure(id="f", picture="k", credit="c")), "no alternative text"),
        (manuscript(P, nodes.Figure(id="f", picture="k", alternative="a")), "no credit"),
        (manuscript(notes=(nodes.Footnote("n", (nodes.Text("x"),)),)), "Nothing in the text refers to footnote 1"),
        (manuscript(nodes.Paragraph(id="p", children=(nodes.FootnoteReference("n"),))), "footnote that is not there"),
        (manuscript(nodes.Paragraph(id="p", children=(nodes.Citation("s", (nodes.Text("x"),)),))), "names the source “s”"),
        (manuscript(nodes.Paragraph(id="p", children=(nodes.Mention("topic:1", (nodes.Text("x"),)),))), "topic that does not exist"),
        (manuscript(P, nodes.LeadMarker(id="m"), access="subscribers"), "whole article stands in the lead"),
        (manuscript(lead_figure=nodes.Figure(id="l", picture="k")), "no credit"),
    ],
)  # fmt: skip
def test_each_gap_is_named(what, said) -> None:
    assert said in messages(what)


def test_a_decorative_picture_needs_no_alternative_text() -> None:
    figure = nodes.Figure(id="f", picture="k", credit="c", decorative=True)
    assert messages(manuscript(P, figure)) == ""


def test_a_picture_in_a_box_is_looked_at_too() -> None:
    box = nodes.Aside(id="a", blocks=(nodes.Figure(id="f", picture="k", alternative="a"),))
    assert "no credit" in messages(manuscript(P, box))


def test_rights_are_asked_for_every_edition_the_picture_is_in_and_no_other() -> None:
    asked = []

    def refusal(key: str, edition: str) -> str:
        asked.append(edition)
        return "Not for paper." if edition == "paper" else ""

    everywhere = nodes.Figure(id="f", picture="k", credit="c", alternative="a")
    assert "Not for paper." in messages(manuscript(P, everywhere), refusal)
    web = nodes.Figure(id="f", picture="k", credit="c", alternative="a", editions=("web",))
    asked.clear()
    assert messages(manuscript(P, web), refusal) == ""
    assert asked == ["web"]


def test_faults_come_before_advice() -> None:
    found = checks.check(manuscript(standfirst="", section=""), lambda *_: "")
    assert [finding.severity for finding in found] == ["fault", "advice"]
