"""The quiet quarterly: a theme of one column, a light serif and a thread of oxblood."""

from pathlib import Path

from masthead.newsstand.theme import Theme

THEME = Theme(Path(__file__).parent)
