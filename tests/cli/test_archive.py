"""`masthead archive` builds the index of the archive anew."""

from __future__ import annotations

from pathlib import Path

from tests.moulds import masthead


def test_it_says_how_many_articles_there_are(magazine: Path, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text("---\ntitle: A story\ndate: 2026-05-04\nsection: News\n---\nOf verdigris.\n")
    founding = "from masthead.cli import new; new.found()"
    masthead("--home", magazine, "django", "shell", "-v0", "-c", founding)
    masthead("--home", magazine, "import", "markdown", story)
    assert "Articles in the archive: 1." in masthead("--home", magazine, "archive")
