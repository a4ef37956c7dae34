"""How soon a page for screens is there again after one word of one article has changed.

The issue is that of the benchmark `paper`. Three ways: all of it set anew in a process of its own,
as pressing does; the article alone, as laying it out does, from its values to a picture of its
pages; and all of it by a compiler that was kept since the last time, as pressing might do.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import typst  # noqa: E402

from benchmarks import paper  # noqa: E402
from masthead.press.paper import engine, insertions, thumbnails, typesetter  # noqa: E402
from tests.factories.paper import AT  # noqa: E402

ROUNDS = 5
TARGET = 0.5
"""Seconds of CPU: what is waited for depends on who else uses the machine."""
CHANGED = 7
"""Which article."""
WIDE = 500
"""Pixels that a page is wide when an article is laid out."""


def change(values: dict[str, Any], number: int) -> None:
    """Change a word in the first paragraph of an article."""
    blocks = values["articles"][CHANGED]["blocks"]
    words = next(block["words"] for block in blocks if block["kind"] == "paragraph")
    text = next(word for word in words if word["kind"] == "text")
    first, _space, rest = text["text"].partition(" ")
    text["text"] = f"{first.rstrip('0123456789')}{number} {rest}"


def all_anew(folder: Path, values: dict[str, Any]) -> Callable[[], None]:
    """Return what sets the whole edition in a process of its own."""
    files = paper.made_before(folder, "light")
    return lambda: _ignore(engine.typeset(values, files, folder / "anew.pdf", at=AT))


def article_alone(folder: Path, values: dict[str, Any]) -> Callable[[], None]:
    """Return what sets one article and draws its pages, like `production.layouts.look`."""
    files = paper.made_before(folder, "light")

    def set_and_draw() -> None:
        alone = {**values, "articles": [values["articles"][CHANGED]], "before": []}
        out = folder / "alone.pdf"
        engine.typeset(alone, files, out, at=AT, accessible=False, multiple=1)
        with out.open("rb") as file:
            thumbnails.draw_spreads(file, 3, WIDE)

    return set_and_draw


def all_kept(folder: Path, values: dict[str, Any]) -> Callable[[], None]:
    """Return what sets the whole edition with one compiler, again and again."""
    root = folder / "kept"
    root.mkdir()
    for one in engine.TEMPLATES.glob("*.typ"):
        shutil.copy(one, root)
    named = {}
    for key, file in paper.made_before(folder, "light").items():
        named[key] = f"/{file.name}"
        shutil.copy(file, root)
    (root / "plan.json").write_text(json.dumps(insertions.first_plan([]).values()))
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(engine.FONTS)]
    )
    compiler = typst.Compiler(str(root / "issue.typ"), root=str(root), font_paths=fonts)

    def set_again() -> None:
        (root / "issue.json").write_text(json.dumps({**values, "pictures": named}))
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=["ua-1"], pdf_tags=True, timestamp=AT
        )
        assert isinstance(pdf, bytes), warnings
        assert not warnings, warnings
        assert typesetter._pages(compiler).count > 0
        (folder / "kept.pdf").write_bytes(pdf)

    return set_again


def _ignore(_places: object) -> None:
    """Have a call return nothing."""


WAYS: dict[str, Callable[[Path, dict[str, Any]], Callable[[], None]]] = {
    "all of it, in a process of its own": all_anew,
    "the article alone, with a picture of its pages": article_alone,
    "all of it, by a compiler that was kept": all_kept,
}


def main() -> None:
    """Measure every way, round after round."""
    with tempfile.TemporaryDirectory(prefix="masthead-benchmark-") as name:
        folder = Path(name)
        paper.prepare(folder)
        values = paper.values_of(folder, inks=False)
        for told, way in WAYS.items():
            ready = way(folder, values)
            ready()
            taken = []
            for number in range(1, ROUNDS + 1):
                change(values, number)
                began, used = time.perf_counter(), _cpu()
                ready()
                taken.append((time.perf_counter() - began, _cpu() - used))
            wall, cpu = (statistics.median(one[at] for one in taken) for at in (0, 1))
            kept = "kept" if cpu <= TARGET else "MISSED"
            print(f"{told}: {wall:.2f} s, {cpu:.2f} s of CPU; at most {TARGET:g} s: {kept}")


def _cpu() -> float:
    return sum(os.times()[:4])


if __name__ == "__main__":
    main()
