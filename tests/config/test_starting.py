"""What a process leaves behind that has started Django."""

import shutil
import sqlite3
from pathlib import Path

from tests import moulds


def test_the_database_that_a_command_leaves_is_whole_in_one_file(magazine: Path, tmp_path: Path):
    moulds.masthead("--home", magazine, "staff", "appoint", "ed@example.org", "--group", "Editors")
    shutil.copy(magazine / "masthead.sqlite3", tmp_path / "copy.sqlite3")
    with sqlite3.connect(tmp_path / "copy.sqlite3") as copy:
        assert copy.execute("SELECT email FROM people_user").fetchall() == [("ed@example.org",)]
