"""A PDF that was finished elsewhere is the print edition if a printer can take it."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from wagtail.models import PageLogEntry

from masthead.press.paper import preflight
from masthead.production import pressings, proofs, registering
from masthead.production.models import Edition, Printer
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db
PRINT = Edition.Form.PRINT


@pytest.fixture
def issue():
    title = make.magazine()
    return make.issue(title, make.article(title, make.paragraph("Words."), headline="One"))


def press(issue) -> Edition:
    return pressings.press_now(issue, PRINT, by=None, at=THEN, tell=lambda step: None)


@pytest.fixture
def finished(issue, tmp_path) -> Path:
    """Return a file as a designer would finish it: pressed for another issue of the title."""
    title = issue.publication
    other = make.issue(title, make.article(title, make.paragraph("Other."), headline="Other"))
    out = tmp_path / "pier final-2.pdf"
    with press(other).file.open("rb") as file:
        out.write_bytes(file.read())
    return out


def register(issue, file: Path, by=None) -> Edition:
    return registering.register(issue, file, name=file.name, by=by, at=THEN)


def test_a_sound_file_is_the_next_version_and_says_where_it_is_from(issue, finished):
    press(issue)
    designer = let.reader("publisher@gazette.example")
    edition = register(issue, finished, designer)
    assert (edition.state, edition.version, edition.form, edition.fits) == ("sound", 2, "print", [])
    assert edition.pages == 4
    assert edition.size == finished.stat().st_size
    with edition.file.open("rb") as kept:
        assert kept.read() == finished.read_bytes()
    assert "Finished elsewhere: pier final-2.pdf" in edition.notes
    assert "pier" not in edition.file.name
    assert pressings.newest(issue, PRINT) == edition
    (entry,) = PageLogEntry.objects.filter(action="masthead.edition.register")
    assert (entry.user, entry.data["sha256"]) == (designer, edition.sha256)
    proofs.sign_off_rest(edition, by=designer, at=THEN)
    pressings.pass_for_press(edition, by=designer, at=THEN)
    assert pressings.passed(issue, PRINT) == edition


def test_what_a_printer_would_frown_at_is_told_and_keeps_nothing_out(issue, finished, monkeypatch):
    frown = "Page 2: a picture 216 mm wide has 235 pixels per inch; 300 would be sharp."
    report = preflight.Report(faults=[], warnings=[frown])
    monkeypatch.setattr(preflight, "look_at", lambda *_asked: report)
    edition = register(issue, finished)
    assert edition.state == "sound"
    assert frown in edition.notes


def test_a_damaged_file_is_refused_with_a_word_instead_of_a_fault_of_ours(issue, finished):
    with pikepdf.open(finished, allow_overwriting_input=True) as document:
        document.pages[0].obj.TrimBox = pikepdf.Array([pikepdf.Name.Left, 0, 9])
        document.save(finished)
    with pytest.raises(registering.CannotRegister, match="Export it again"):
        register(issue, finished)
    assert not Edition.objects.filter(issue=issue).exists()


def test_pressing_later_makes_the_next_version_and_differences_do_not_guess(issue, finished):
    first = press(issue)
    second = register(issue, finished)
    third = press(issue)
    assert (first.version, second.version, third.version) == (1, 2, 3)
    (told,) = pressings.differences(second.made_from, first.made_from)
    assert "Look at its pages" in told
    (told,) = pressings.differences(third.made_from, second.made_from)
    assert "not known" in told
    assert press(issue).state == "unchanged"


def test_what_a_printer_could_not_take_is_refused_with_each_fault(issue, finished):
    Printer.objects.create(title=issue.publication, size="a4", bleed_mm=5)
    refused = register(issue, finished)
    assert (refused.state, refused.version, refused.file.name) == ("refused", None, "")
    assert (
        "Page 1: it is cut to 210.0 × 280.0 mm; the printer cuts to 210 × 297 mm." in refused.notes
    )
    assert "Page 4: its bleed is 3.0 mm; 5 mm are asked for." in refused.notes
    assert pressings.newest(issue, PRINT) is None


def test_a_list_of_faults_without_end_is_cut_short(issue, tmp_path):
    file = tmp_path / "long.pdf"
    with pikepdf.new() as document:
        for _number in range(80):
            document.add_blank_page(page_size=(100, 100))
        document.save(file)
    notes = register(issue, file).notes.splitlines()
    assert len(notes) == registering.MOST_FAULTS_TOLD + 2
    assert notes[-1].endswith("more.")


def test_the_very_file_again_gets_no_version(issue, finished):
    first = register(issue, finished)
    again = register(issue, finished)
    assert (again.state, again.version, again.file.name) == ("unchanged", None, "")
    assert "version 1" in again.notes
    assert pressings.newest(issue, PRINT) == first


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 a package", b"<html>"])
def test_what_is_no_pdf_is_refused_and_nothing_is_kept(issue, tmp_path, data):
    file = tmp_path / "issue.indd"
    file.write_bytes(data)
    with pytest.raises(registering.CannotRegister, match=r"“issue\.indd” is no PDF"):
        register(issue, file)
    assert not Edition.objects.exists()


def test_a_pdf_that_breaks_off_is_refused_with_a_reason(issue, finished):
    finished.write_bytes(finished.read_bytes()[:3000])
    try:
        notes = register(issue, finished).notes
    except registering.CannotRegister as refusal:
        notes = str(refusal)
    assert notes
    assert not Edition.objects.filter(issue=issue).sound().exists()
    assert not Edition.objects.under_way().exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(issue, tmp_path):
    file = tmp_path / "huge.pdf"
    with file.open("wb") as out:
        out.write(b"%PDF-1.6")
        out.truncate(registering.LARGEST_BYTES + 1)
    with pytest.raises(registering.CannotRegister, match="larger than 200 MB"):
        register(issue, file)
    assert not Edition.objects.exists()


def test_while_the_print_edition_is_being_pressed_nothing_is_registered(issue, finished):
    waiting = pressings.ask(issue, PRINT, by=None, at=THEN)
    with pytest.raises(registering.CannotRegister, match="being pressed now"):
        register(issue, finished)
    waiting.refresh_from_db()
    assert waiting.under_way


def test_a_fault_that_nobody_foresaw_keeps_nobody_waiting(issue, finished, monkeypatch):
    def fail(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr(pressings, "keep", fail)
    with pytest.raises(ZeroDivisionError):
        register(issue, finished)
    assert not Edition.objects.under_way().exists()
