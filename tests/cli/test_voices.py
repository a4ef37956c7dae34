"""`masthead voices` and `masthead lexicon` tell what there is, and what is missing."""

from __future__ import annotations

from xml.etree import ElementTree


def test_the_voices_are_listed_with_their_licences(masthead, founded):
    result = masthead("voices", "--language", "fr-CA", cwd=founded)
    assert result.returncode == 0, result.stderr
    assert "espeak-ng reads aloud." in result.stdout
    assert "fr-ch" in result.stdout
    assert "GPL-3.0-or-later" in result.stdout
    assert "en-gb" not in result.stdout
    with (founded / "masthead.toml").open("a") as file:
        file.write('\n[speech]\nengine = "piper"\nvoice = "voices/none.onnx"\n')
    result = masthead("voices", cwd=founded)
    assert result.returncode == 2
    assert "Piper" in result.stderr
    result = masthead("check", cwd=founded)
    assert "masthead.W017" in result.stderr


ADD = (
    "from masthead.editorial.models import *; "
    "HouseSaying.objects.create(title=Title.objects.get(), written='Averell', said='AY-vrell', ipa='ˈeɪvrəl')"
)


def test_the_lexicon_is_shown_and_written(masthead, founded, tmp_path):
    result = masthead("lexicon", cwd=founded)
    assert result.returncode == 0, result.stderr
    assert "has no entries" in result.stdout
    assert masthead("django", "shell", "-v0", "-c", ADD, cwd=founded).returncode == 0
    assert "Averell → AY-vrell [ˈeɪvrəl]" in masthead("lexicon", cwd=founded).stdout
    file = tmp_path / "names.pls"
    result = masthead("lexicon", "--pls", file, "--language", "en-GB", cwd=founded)
    assert result.returncode == 0, result.stderr
    root = ElementTree.fromstring(file.read_text("utf-8"))  # noqa: S314 - ours.
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en-GB"
    assert len(root) == 1
    result = masthead("lexicon", "--title", "Nothing of ours", cwd=founded)
    assert result.returncode == 2
    assert "There is no title called Nothing of ours." in result.stderr
