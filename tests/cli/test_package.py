"""`masthead package` makes a designer's package; `press --register` takes back what they made."""

import shutil
import zipfile

import pytest


@pytest.fixture
def copied(masthead, founded, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "no-1.md").write_text("---\nkind: issue\nnumber: 1\ncover_date: 2027-03-01\n---\n")
    (copy / "tide.md").write_text("---\ntitle: The tide\nissue: no-1\n---\n\nIt came in at noon.\n")
    assert masthead("import", "markdown", copy, cwd=founded).returncode == 0
    return founded


def test_a_package_is_made_twice_the_same_and_what_there_is_none_of_is_told(
    masthead, copied, tmp_path
):
    out = tmp_path / "out"
    result = masthead("package", "no-1", "--out", out, cwd=copied)
    assert result.returncode == 0, result.stderr
    assert "no-1-indesign.zip: 1 story" in result.stdout
    first = (out / "no-1-indesign.zip").read_bytes()
    with zipfile.ZipFile(out / "no-1-indesign.zip") as opened:
        assert "no-1/README.txt" in opened.namelist()
        (story,) = (name for name in opened.namelist() if name.endswith(".icml"))
        assert "It came in at noon." in opened.read(story).decode()
    slug = story.rpartition("/")[2].removesuffix(".icml")

    result = masthead("package", "1", "--out", out, "--article", slug, cwd=copied)
    assert f"no-1-{slug}-indesign.zip: 1 story" in result.stdout
    assert masthead("package", "no-1", "--out", out, cwd=copied).returncode == 0
    assert (out / "no-1-indesign.zip").read_bytes() == first

    result = masthead("package", "no-1", "--article", "ebb", "--out", tmp_path / "no", cwd=copied)
    assert result.returncode == 2
    assert "no article called ebb" in result.stderr
    assert not (tmp_path / "no").exists()
    assert masthead("package", "no-9", cwd=copied).returncode == 2


def test_a_finished_file_is_registered_and_one_with_faults_or_none_at_all_is_not(
    masthead, copied, tmp_path
):
    pressed = ("press", "no-1", "--edition", "print,screen", "--out", tmp_path)
    assert masthead(*pressed, cwd=copied).returncode == 0
    final = tmp_path / "final.pdf"
    # Another file, and as sound as the first.
    shutil.copy(tmp_path / "no-1-print.pdf", final)
    with final.open("ab") as file:
        file.write(b"% Finished elsewhere\n")
    result = masthead("press", "no-1", "--register", final, cwd=copied)
    assert result.returncode == 0, result.stderr
    assert "Kept as version 2 of the print edition, 4 pages." in result.stdout
    result = masthead("press", "no-1", "--register", final, cwd=copied)
    assert "same file as version 2" in result.stdout

    result = masthead("press", "no-1", "--register", tmp_path / "no-1-screen.pdf", cwd=copied)
    assert result.returncode == 2
    assert "does not say that it is PDF/X-4" in result.stderr
    for name in ("copy/tide.md", "nowhere.pdf"):
        result = masthead("press", "no-1", "--register", tmp_path / name, cwd=copied)
        assert result.returncode == 2
    assert "No such file" in result.stderr
