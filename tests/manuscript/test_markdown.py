"""Markdown: nothing is lost on the way, and nothing that could run comes along."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from masthead.manuscript import markdown
from tests.manuscript import strategies


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(strategies.manuscripts)
def test_a_manuscript_comes_back_from_markdown_as_it_was(manuscript):
    text = markdown.to_markdown(manuscript)
    assert markdown.from_markdown(text) == manuscript
