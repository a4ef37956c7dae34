"""The spine of a cover that is printed apart can be read, and fills its place."""

from __future__ import annotations

import pypdfium2
import pytest

from masthead.press.paper import engine
from tests.factories.paper import AT, issue_of, paragraph, written


@pytest.fixture
def spine(tmp_path):
    """Set a spine of a width in millimetres; return its only page."""
    opened = []

    def spine(width: float) -> pypdfium2.PdfPage:
        values = {**issue_of(written(paragraph("Words."))), "inks": True, "bleed": 3}
        out = tmp_path / "spine.pdf"
        engine.typeset(
            {**values, "spine": [width, 280]}, {}, out,
            at=AT, accessible=False, template="spine.typ",
        )  # fmt: skip
        opened.append(pypdfium2.PdfDocument(str(out)))
        (page,) = opened[-1]
        return page

    yield spine
    for document in opened:
        document.close()


def test_a_spine_is_read_from_top_to_bottom(spine):
    text = spine(6).get_textpage()
    said = text.get_text_range()
    assert "The Gazette" in said
    assert "Number 7" in said
    tops = [text.get_charbox(said.index(word))[3] for word in ("The Gazette", "Number 7")]
    ends = [text.get_charbox(said.index(word) + 5)[3] for word in ("The Gazette", "Number 7")]
    assert tops[0] > ends[0] > tops[1] > ends[1]


def test_on_a_spine_that_is_too_thin_nothing_stands(spine):
    assert spine(3.9).get_textpage().get_text_range().strip() == ""
    assert spine(4).get_textpage().get_text_range().strip() != ""


def test_the_ground_of_a_spine_goes_on_to_the_end_of_the_bleed(spine):
    image = spine(6).render(scale=1).to_pil().convert("RGB")
    middle = image.width // 2
    corners = [(0, 0), (image.width - 1, image.height - 1), (middle, 0), (middle, image.height - 1)]
    grounds = {image.getpixel(corner) for corner in corners}
    assert len(grounds) == 1
    (ground,) = grounds
    assert ground != (255, 255, 255)
