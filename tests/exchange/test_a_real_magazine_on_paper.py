"""An issue of a magazine that others made becomes a file for screens and one for a printer."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from masthead.editorial.models import Issue
from masthead.exchange.directives.free_software_magazine import translate
from masthead.press.paper import preflight
from masthead.press.paper.specification import Specification
from masthead.production import editions, gathering
from tests.exchange.conftest import NOW
from tests.exchange.test_directives import REAL
from tests.production.test_editions import house_for, quiet

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not REAL.exists(), reason="the real magazine is not on this machine"),
]

# Its pictures were drawn for screens of long ago.
PRINTER = Specification(trim=(210, 280), least_resolution=20)


@pytest.fixture
def copy(bring_in) -> gathering.Copy:
    bring_in(directory=REAL, directives=translate)
    issue = max(Issue.objects.all(), key=lambda one: one.contents.count())
    assert issue.contents.count() > 4
    return gathering.gather(issue, house_for(at=NOW), at=NOW)


def pages_in(pdf: Path) -> int:
    document = pypdfium2.PdfDocument(str(pdf))
    count = len(document)
    document.close()
    return count


def test_it_is_pressed_for_screens_and_for_a_printer(copy, tmp_path):
    screen, paper = tmp_path / "screen.pdf", tmp_path / "print.pdf"
    editions.press_screen(copy, screen, quiet)
    editions.press_print(copy, paper, PRINTER, quiet)
    assert preflight.look_at(paper, PRINTER).faults == []
    assert pages_in(paper) % PRINTER.multiple == 0
    assert 0 <= pages_in(paper) - pages_in(screen) < PRINTER.multiple
