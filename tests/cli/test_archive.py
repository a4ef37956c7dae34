"""`masthead archive` builds the index of the archive anew."""

from __future__ import annotations


def test_it_says_how_many_articles_there_are(masthead, founded, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "story.md").write_text(
        "---\ntitle: A story\ndate: 2026-05-04\nsection: News\n---\nOf verdigris.\n"
    )
    assert masthead("import", "markdown", folder, cwd=founded).returncode == 0
    built = masthead("archive", cwd=founded)
    assert built.returncode == 0, built.stderr
    assert built.stdout == "Articles in the archive: 1.\n"
    assert "Filing articles" in built.stderr
