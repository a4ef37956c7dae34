"""The Lantern's house advertisement is what its kit sets, and a printer can take it."""

from __future__ import annotations

from masthead.press.paper import preflight
from masthead.press.paper.specification import Specification
from tests.samples import house_advertisement


def test_it_is_what_the_kit_sets(tmp_path):
    house_advertisement.draw(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes() == house_advertisement.FILE.read_bytes()


def test_a_printer_can_take_it():
    asked = Specification(trim=(210, 280))
    report = preflight.look_at_supplied(house_advertisement.FILE, asked)
    assert (report.faults, report.warnings) == ([], [])
