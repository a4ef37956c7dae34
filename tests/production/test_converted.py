"""A picture is converted once; and an edition is the same, whether its pictures were kept or not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from masthead.manuscript import nodes
from masthead.press.paper import pictures
from masthead.press.paper.specification import Specification
from masthead.production import converted, editions, gathering
from tests.factories import editorial as make
from tests.factories.editorial import THEN
from tests.production.test_editions import LARGE, house_for, quiet

pytestmark = pytest.mark.django_db

PRINTER = Specification(trim=(210, 280))


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path):
    settings.INSTALLATION = replace(settings.INSTALLATION, home=tmp_path / "home")
    return settings.INSTALLATION.cache / converted.FOLDER


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """Return for what pictures were converted."""
    calls: list[str] = []
    for name in ("for_screen", "for_print"):
        convert = getattr(pictures, name)

        def counted(*args, _convert=convert, _name=name, **how):
            calls.append(_name)
            return _convert(*args, **how)

        monkeypatch.setattr(pictures, name, counted)
    return calls


@pytest.fixture
def press(tmp_path):
    title = make.magazine()
    picture = make.picture(size=LARGE)
    figure = nodes.Figure(id="f", picture=picture.picture_key, alternative="A colour")
    issue = make.issue(title, make.article(title, figure, make.paragraph("Beside a picture.")))

    def press(specification: Specification | None = None) -> bytes:
        out = tmp_path / "issue.pdf"
        copy = gathering.gather(issue, house_for(), at=THEN)
        if specification:
            editions.press_print(copy, out, specification, quiet)
        else:
            editions.press_screen(copy, out, quiet)
        return out.read_bytes()

    return press


@pytest.mark.parametrize("specification", [None, PRINTER], ids=["screen", "print"])
def test_the_second_pressing_converts_nothing_and_gives_the_same_bytes(
    press, asked, shelf, specification
):
    first = press(specification)
    assert len(asked) == 1
    assert press(specification) == first
    assert len(asked) == 1
    for kept in shelf.iterdir():
        kept.write_bytes(b"damaged")
    assert press(specification) == first
    assert len(asked) == 2


def test_what_was_converted_for_one_edition_or_printer_is_not_taken_for_another(press, asked):
    press(PRINTER)
    press()
    assert asked == ["for_print", "for_screen"]
    other = bytearray(PRINTER.profile)
    other[-1] ^= 1
    press(replace(PRINTER, profile=bytes(other)))
    assert asked == ["for_print", "for_screen", "for_print"]
    # How much ink the paper takes changes nothing about the picture.
    press(replace(PRINTER, ink_limit=310))
    assert len(asked) == 3


def test_another_version_of_what_converts_takes_nothing_of_the_last_one(press, asked, monkeypatch):
    press()
    monkeypatch.setattr(pictures, "made_by", lambda: "another")
    press()
    assert len(asked) == 2
