"""The import, as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

LANTERN = Path(__file__).resolve().parents[2] / "masthead/cli/lantern"


def test_the_lantern_is_carried_whole_and_twice_the_same(masthead, founded):
    first = masthead("import", "markdown", LANTERN, "--json", cwd=founded)
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    assert report["not_carried"] == []
    assert report["articles"] == {"published": 16, "scheduled": 0, "draft": 2}
    assert (report["contributors"], report["issues"]) == (8, 3)
    assert masthead("import", "markdown", LANTERN, "--json", cwd=founded).stdout == first.stdout


def test_people_get_counts_and_reasons(masthead, founded, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in "ab":
        (folder / f"{name}.md").write_text("---\ntitle: A\nlayout: post\n---\nWords.\n")
    (folder / "c.md").write_bytes(b"\xff\xfe")
    result = masthead("import", "markdown", folder, "--dry-run", cwd=founded)
    assert result.returncode == 0
    assert "Nothing was changed" in result.stdout
    assert "0 published, 0 scheduled, 2 drafts" in result.stdout
    assert result.stdout.count("layout: this key is not known") == 1
    assert "    a.md\n    b.md" in result.stdout
    assert "Save it as UTF-8" in result.stdout


def test_what_the_command_cannot_do_it_says_with_the_remedy(masthead, magazine, founded, tmp_path):
    missing = masthead("import", "markdown", tmp_path / "nowhere", cwd=founded)
    assert (missing.returncode, "There is no folder" in missing.stderr) == (2, True)
    a_file = masthead("import", "markdown", magazine / "masthead.toml", cwd=founded)
    assert (a_file.returncode, "is a file" in a_file.stderr) == (2, True)
    unknown = masthead("import", "markdown", LANTERN, "--directives", "nobody", cwd=founded)
    assert (unknown.returncode, "free-software-magazine" in unknown.stderr) == (2, True)


def test_without_a_magazine_one_learns_how_to_make_one(masthead, magazine, tmp_path):
    unfounded = masthead("import", "markdown", LANTERN, cwd=magazine)
    assert unfounded.returncode == 2
    assert "masthead new my-magazine" in unfounded.stderr
    outside = masthead("import", "markdown", LANTERN, cwd=tmp_path)
    assert (outside.returncode, "Traceback" in outside.stderr) == (2, False)
