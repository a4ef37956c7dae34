import sqlite3


def count(home) -> int:
    database = sqlite3.connect(home / "masthead.sqlite3")
    try:
        return database.execute("SELECT count(*) FROM wagtailcore_page").fetchone()[0]
    finally:
        database.close()


def test_a_magazine_comes_back_from_its_backup(masthead, magazine, tmp_path):
    (magazine / "private" / "lamp.jpg").write_bytes(b"original")
    out = tmp_path / "copy.tar.gz"
    result = masthead("backup", "--out", out, cwd=magazine)
    assert result.returncode == 0, result.stderr
    assert "read through and sound" in result.stdout

    again = tmp_path / "again"
    result = masthead("restore", out, again)
    assert result.returncode == 0, result.stderr
    assert (again / "private" / "lamp.jpg").read_bytes() == b"original"
    assert count(again) == count(magazine)
    assert (again / ".env").read_text() != (magazine / ".env").read_text()
    assert masthead("check", cwd=again).returncode == 0

    result = masthead("restore", out, again)
    assert result.returncode == 2
    assert "never overwrites a magazine" in result.stderr


def test_a_damaged_backup_is_refused_and_nothing_written(masthead, tmp_path):
    (tmp_path / "bad.tar.gz").write_bytes(b"\x1f\x8b not really")
    result = masthead("restore", tmp_path / "bad.tar.gz", tmp_path / "again")
    assert result.returncode == 2
    assert "Choose another backup" in result.stderr
    assert not (tmp_path / "again").exists()
