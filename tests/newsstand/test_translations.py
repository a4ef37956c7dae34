"""What the newsstand says itself, in the languages it has been translated into."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages import mofile, pofile
from django.utils import translation
from django.utils.translation import gettext, ngettext

from masthead import newsstand
from masthead.newsstand.phrases import phrases_in

LOCALE = Path(newsstand.__file__).parent / "locale"
LANGUAGES = sorted(path.name for path in LOCALE.iterdir())


def words(catalog) -> dict[str, object]:
    """Return what each phrase, or phrase and its plural, is in that language."""
    return {str(tuple(m.id) if m.pluralizable else m.id): list(m.string) for m in catalog if m.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language):
    folder = LOCALE / language / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as file:
        written = pofile.read_po(file, locale=language)
    with (folder / "django.mo").open("rb") as file:
        compiled = mofile.read_mo(file)
    assert words(compiled) == words(written)
    assert [m.id for m in written if m.id and not m.string] == []
    assert list(written.check()) == []


def test_an_article_in_french_has_french_words_around_it():
    assert phrases_in("fr").sources == "Sources"
    assert phrases_in("fr-CA").source == "Source :"
    assert phrases_in("ar").before == "قبل"
    assert phrases_in("tlh").before == "before"


def test_minutes_are_counted_as_arabic_counts():
    with translation.override("ar"):
        told = [ngettext("%(minutes)s minute", "%(minutes)s minutes", n) for n in (1, 2, 3, 11)]
        assert gettext("Corrected") == "صُحِّح في"
    assert told == ["دقيقة واحدة", "دقيقتان", "%(minutes)s دقائق", "%(minutes)s دقيقة"]


def said() -> set[str]:
    """Return what our templates and views say in so many words."""
    room = LOCALE.parent
    templates = "".join(path.read_text() for path in room.rglob("templates/**/*.html"))
    code = "".join(path.read_text() for path in room.rglob("*.py"))
    return {
        *re.findall(r'{% translate "([^"]+)"', templates),
        *re.findall(r'(?<!\w)_\(\s*"([^"]+)"', code),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_the_newsstand_says_is_translated(language):
    with (LOCALE / language / "LC_MESSAGES/django.po").open("rb") as file:
        known = {m.id[0] if m.pluralizable else m.id for m in pofile.read_po(file)}
    assert len(said()) > 40
    assert said() - known == set()
