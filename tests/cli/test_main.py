import errno
import sqlite3
import subprocess
import sys

import pytest

from masthead.cli import main as command
from masthead.cli.terminal import Stop
from masthead.config.installation import BrokenInstallation, Fault


def test_help_comes_without_django():
    script = (
        "import sys; from masthead.cli import main\n"
        "try: main.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'django', 'wagtail', 'granian', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "make and serve the demonstration magazine" in result.stdout


@pytest.mark.parametrize("module", command.commands(), ids=lambda module: module.NAME)
def test_every_command_says_what_it_is_for(module):
    assert module.HELP
    assert module.__doc__.strip().endswith(".")


@pytest.mark.parametrize(
    ("error", "words", "code"),
    [
        (Stop("The lamp is out.", "Light it."), ["The lamp is out.", "Light it."], 2),
        (BrokenInstallation(Fault("a.toml", "is odd.", "Mend.")), ["a.toml: is odd.", "Mend."], 2),
        (OSError(errno.ENOSPC, "No space left", "/x"), ["/x", "disk is full"], 2),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), ["/x", "owner"], 2),
        (sqlite3.OperationalError("disk I/O error"), ["disk I/O error", "masthead check"], 1),
        (ValueError("a bug"), ["a bug", "--traceback"], 1),
    ],
)
def test_an_error_is_a_sentence_and_a_remedy_never_a_traceback(capsys, error, words, code):
    assert command._explain(error) == code
    told = capsys.readouterr().err
    assert all(word in told for word in words)
    assert "Traceback" not in told


def test_outside_of_any_magazine_one_learns_how_to_make_one(masthead, tmp_path):
    result = masthead("check", cwd=tmp_path)
    assert result.returncode == 2
    assert "masthead new my-magazine" in result.stderr


def test_a_broken_masthead_toml_is_explained(masthead, magazine):
    (magazine / "masthead.toml").write_text('[magazine]\nnmae = "x"\n[server]\nport = "80"\n')
    result = masthead("serve", cwd=magazine)
    assert result.returncode == 2
    assert "Did you mean name?" in result.stderr
    assert "[server] port" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["check", "serve"])
def test_a_theme_that_is_not_installed_is_explained(masthead, magazine, command):
    (magazine / "masthead.toml").write_text('[magazine]\ntheme = "fog"\n')
    result = masthead(command, cwd=magazine)
    assert result.returncode == 2
    assert "masthead.toml, [magazine] theme: names a theme that is not there." in result.stderr
    assert "Install the package that brings it" in result.stderr
    assert "Traceback" not in result.stderr
