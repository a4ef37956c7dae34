"""What people are told, in letters and beside fields, in the languages there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages import mofile, pofile
from django.template.loader import render_to_string
from django.utils import translation

from masthead import people

ROOM = Path(people.__file__).parent
LANGUAGES = sorted(path.name for path in (ROOM / "locale").iterdir())
# The names of fields in models are for the office.
MODULES = ("adapters", "addresses", "consent", "erasure", "sessions")


def said() -> set[str]:
    templates = "".join(path.read_text() for path in ROOM.rglob("templates/**/*.txt"))
    code = "".join((ROOM / f"{name}.py").read_text() for name in MODULES)
    # The example in a docstring is nobody's.
    code = code.replace('_("Automatic renewal"), _("…")', "")
    blocks = re.findall(r"{% blocktranslate %}(.*?){% endblocktranslate", templates)
    return {
        *re.findall(r'{% translate "([^"]+)"', templates),
        *re.findall(r'(?<!\w)(?:_|gettext_lazy)\(\s*"([^"]+)"', code),
        *(re.sub(r"{{ (\w+) }}", r"%(\1)s", block) for block in blocks),
    }


def catalogue(language: str, kind: str):
    path = ROOM / "locale" / language / "LC_MESSAGES" / f"django.{kind}"
    with path.open("rb") as file:
        return pofile.read_po(file, locale=language) if kind == "po" else mofile.read_mo(file)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_people_are_told_is_translated(language) -> None:
    written, compiled = catalogue(language, "po"), catalogue(language, "mo")
    assert len(said()) > 60
    assert said() - {m.id for m in written} == set()
    assert {m.id: m.string for m in written if m.id} == {m.id: m.string for m in compiled if m.id}
    assert list(written.check()) == []


def test_a_letter_is_in_the_language_of_the_magazine() -> None:
    with translation.override("fr"):
        context = {"code": "BCD-FGH", "magazine": "La Lanterne", "address": "https://x.example"}
        subject = render_to_string("account/email/login_code_subject.txt", context)
        text = render_to_string("account/email/login_code_message.txt", context)
    assert subject.strip() == "BCD-FGH est votre code pour La Lanterne"
    assert "Voici le code avec lequel vous vous connectez" in text
    assert "&" not in text
