"""The edition for screens keeps PDF/UA-1, as veraPDF reads it; and veraPDF is awake."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from masthead.press.paper import content, engine
from masthead.testing import golden
from tests.factories.paper import AT, issue_of, paragraph, written
from tests.press.paper import verapdf

pytestmark = pytest.mark.skipif(
    bool(verapdf.missing()), reason=f"needs {', '.join(verapdf.missing())}"
)


def broken(file: Path) -> list[str]:
    command = [sys.executable, "-m", "tests.press.paper.verapdf", "ua1", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert done.stderr == "" or done.returncode == 0 or done.stdout, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("edition")
    Image.new("RGB", (600, 400), (20, 90, 88)).save(folder / "pier.png")
    openers = [
        written(paragraph(f"Set as {opener}."), headline=opener) for opener in content.OPENERS
    ]
    arabic = written(paragraph("وصل المد عند الظهر."), headline="الرصيف", language="ar")
    values = issue_of(golden.MANUSCRIPT, *openers, arabic)
    for article, opener in zip(values["articles"], ["lit", *content.OPENERS, "brief"], strict=True):
        article["layout"]["opener"] = opener
    values["cover"] = {"picture": golden.PICTURE, "alternative": "A cover"}
    shown = dict.fromkeys((golden.PICTURE, golden.MAP), folder / "pier.png")
    engine.typeset(values, shown, folder / "issue.pdf", at=AT)
    return folder / "issue.pdf"


def test_an_issue_with_every_block_and_every_opener_keeps_the_standard(edition):
    assert broken(edition) == []


def without_alternatives(document: pikepdf.Pdf) -> None:
    for thing in document.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == pikepdf.Name.Figure:
            del thing["/Alt"]


def without_tags(document: pikepdf.Pdf) -> None:
    del document.Root["/StructTreeRoot"]


def without_a_title(document: pikepdf.Pdf) -> None:
    with document.open_metadata() as about:
        del about["dc:title"]


@pytest.mark.parametrize("spoil", [without_alternatives, without_tags, without_a_title])
def test_a_seeded_fault_is_found(edition, tmp_path, spoil):
    with pikepdf.Pdf.open(edition) as document:
        spoil(document)
        document.save(tmp_path / "spoilt.pdf")
    assert broken(tmp_path / "spoilt.pdf") != []
