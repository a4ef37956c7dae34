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
