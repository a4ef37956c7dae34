"""A theme that cannot be used is told of before anybody is served in it."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from masthead import plugins
from masthead.config import themes
from masthead.config.installation import BrokenInstallation
from masthead.newsstand.theme import LAMP


@pytest.fixture
def announced(monkeypatch, tmp_path: Path):
    """Return what installs a theme called `fog`, a module of these lines."""

    def announce(lines: str) -> None:
        (tmp_path / "fog_theme.py").write_text(lines)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(__import__("sys").modules, "fog_theme", raising=False)
        points = EntryPoints([EntryPoint("fog", "fog_theme:THEME", "masthead.themes")])
        monkeypatch.setattr(plugins, "entry_points", lambda group: points.select(group=group))

    return announce


def test_ours_is_there_and_sound():
    assert themes.chosen("lamp") == LAMP


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("import nowhere_to_be_found", "whose package fails: ModuleNotFoundError"),
        ("", "whose package fails: AttributeError"),
        ("1 / 0", "whose package fails: ZeroDivisionError"),
        ("THEME = 'fog'", "announces no Theme"),
        (
            "from pathlib import Path\nfrom masthead.newsstand.theme import Theme\n"
            "THEME = Theme(Path(__file__).parent)",
            "whose tokens cannot be used. Mend this in its package",
        ),
    ],
)
def test_a_theme_that_cannot_be_used_is_a_fault_with_its_place_and_remedy(announced, lines, told):
    announced(lines)
    with pytest.raises(BrokenInstallation) as broken:
        themes.chosen("fog")
    assert str(broken.value).startswith("masthead.toml, [magazine] theme: names 'fog'")
    assert told in str(broken.value)


def test_a_theme_that_is_not_installed_names_those_that_are():
    with pytest.raises(BrokenInstallation, match=r"is not there.*known: .*lamp.*name another"):
        themes.chosen("fog")
