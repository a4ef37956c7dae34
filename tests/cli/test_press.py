"""`masthead press` turns an issue into files, or says why not."""


def test_an_edition_or_an_issue_that_there_is_none_of_is_answered_with_those_there_are(
    masthead, magazine, tmp_path
):
    result = masthead("press", "no-18", "--edition", "vellum", cwd=magazine)
    assert result.returncode == 2
    assert "vellum" in result.stderr
    assert "screen" in result.stderr

    result = masthead("press", "no-18", "--out", tmp_path / "out", cwd=magazine)
    assert result.returncode == 2
    assert "There is no issue called no-18." in result.stderr
    assert not (tmp_path / "out").exists()


def test_both_editions_come_out_and_pressing_again_makes_no_new_version(
    masthead, founded, tmp_path
):
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "no-1.md").write_text("---\nkind: issue\nnumber: 1\ncover_date: 2027-03-01\n---\n")
    (copy / "tide.md").write_text("---\ntitle: The tide\nissue: no-1\n---\n\nIt came in at noon.\n")
    assert masthead("import", "markdown", copy, cwd=founded).returncode == 0

    out = tmp_path / "out"
    asked = ("press", "no-1", "--edition", "print,screen", "--out", out)
    result = masthead(*asked, cwd=founded)
    assert result.returncode == 0, result.stderr
    assert "no-1-print.pdf: version 1, 4 pages" in result.stdout
    assert "no-1-screen.pdf: version 1, 3 pages" in result.stdout
    first = {file.name: file.read_bytes() for file in out.iterdir()}
    assert all(data.startswith(b"%PDF-1.") for data in first.values())

    for file in out.iterdir():
        file.unlink()
    result = masthead(*asked, cwd=founded)
    assert result.stdout.count("It would be the same as version 1.") == 2
    assert {file.name: file.read_bytes() for file in out.iterdir()} == first


def test_what_cannot_be_pressed_is_told_and_what_was_there_stays(masthead, founded, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "no-1.md").write_text("---\nkind: issue\nnumber: 1\ncover_date: 2027-03-01\n---\n")
    assert masthead("import", "markdown", copy, cwd=founded).returncode == 0
    there = tmp_path / "no-1-screen.pdf"
    there.write_bytes(b"the last good one")
    result = masthead("press", "no-1", "--out", tmp_path, cwd=founded)
    assert result.returncode == 2
    assert "contents in the office" in result.stderr
    assert there.read_bytes() == b"the last good one"
