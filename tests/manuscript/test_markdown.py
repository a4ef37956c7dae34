"""Markdown: nothing is lost on the way, and nothing that could run comes along."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from masthead.manuscript import markdown, walk
from masthead.testing import golden
from tests.manuscript import strategies


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(strategies.manuscripts)
def test_a_manuscript_comes_back_from_markdown_as_it_was(manuscript):
    text = markdown.to_markdown(manuscript)
    assert markdown.from_markdown(text) == manuscript


def test_the_golden_manuscript_comes_back_as_it_was():
    reading = markdown.read(*markdown.split(markdown.to_markdown(golden.MANUSCRIPT)))
    assert reading.manuscript == golden.MANUSCRIPT
    assert reading.lost == ()


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(strategies.markup)
def test_reading_never_fails_on_text(text):
    markdown.read({"title": "Any"}, text)


@pytest.mark.parametrize(
    "text",
    [
        "::list{ordered start=abc}",
        "::list{ordered start=²}",
        "::list{ordered start=" + "9" * 5000 + "}",
        ":::audio{audio=tide.mp3 seconds=²}\n:::",
        "<ol start='²'><li>One</li></ol>",
        "<ol start='" + "9" * 5000 + "'><li>One</li></ol>",
        "<h²><p>Words</p></h²>",
    ],
)
def test_a_number_that_is_none_does_not_stop_the_reader(text):
    markdown.read({"title": "Any"}, text)


@pytest.mark.parametrize("fence", ["```", "~~~~"])
def test_what_stands_in_code_does_not_end_the_box_around_it(fence):
    text = f":::aside\n{fence}\n:::\n:::note\n{fence}\n\nStill inside.\n:::\n\nOutside.\n"
    body = markdown.read({"title": "Any"}, text).manuscript.body
    assert [type(block).__name__ for block in body] == ["Aside", "Paragraph"]
    code, inside = body[0].blocks
    assert code.text.strip() == ":::\n:::note"
    assert walk.plain_text((inside,)).strip() == "Still inside."
