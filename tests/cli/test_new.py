import stat
from pathlib import Path

import pytest

from masthead.cli import new
from masthead.cli.main import main
from masthead.cli.terminal import Stop
from masthead.config.installation import read


def test_a_new_magazine_reads_back_as_it_was_asked_for(tmp_path: Path):
    name = 'A "quoted" \\ name\nin two lines – ☂'
    new.lay_out(tmp_path / "x", magazine={"name": name}, server={"production": True, "port": 81})
    written = read(tmp_path / "x", {})
    assert written.magazine.name == name
    assert written.server.production is True
    assert written.server.port == 81
    assert len(written.secret_key) >= 60
    assert stat.S_IMODE((tmp_path / "x" / ".env").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o700


def test_two_magazines_have_different_secrets(tmp_path: Path):
    new.lay_out(tmp_path / "a")
    new.lay_out(tmp_path / "b")
    assert read(tmp_path / "a", {}).secret_key != read(tmp_path / "b", {}).secret_key


def test_what_is_there_is_never_overwritten(tmp_path: Path):
    (tmp_path / "masthead.toml").write_text("mine")
    with pytest.raises(Stop, match="not empty"):
        new.lay_out(tmp_path)
    assert (tmp_path / "masthead.toml").read_text() == "mine"


def test_a_bad_address_makes_no_folder(tmp_path: Path, capsys):
    assert main(["new", str(tmp_path / "x"), "--address", "lantern"]) == 2
    assert "Write a whole address" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path, capsys):
    (tmp_path / "file").touch()
    assert main(["new", str(tmp_path / "file" / "x")]) == 2
    assert main(["new", "/sys/masthead"]) == 2
    told = capsys.readouterr().err
    assert "Not a directory" in told
    assert "Run the command as the owner" in told or "read-only" in told
