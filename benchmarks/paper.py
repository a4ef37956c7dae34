"""How long an issue takes to become a PDF, in how much memory, and how evenly it is set.

The manuscript: The Lantern's articles and its four longest once more, 22 articles, with their
pictures at the size of photographs. The peer: WeasyPrint, which sets HTML that is made here of
the same values, in the same faces, sizes, columns and margins. Every contestant is a process of
its own, started in turn, round after round; what its children take counts as its own.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import pypdfium2  # noqa: E402
from PIL import Image  # noqa: E402

import masthead  # noqa: E402
from masthead.manuscript import walk  # noqa: E402
from masthead.manuscript.nodes import Manuscript  # noqa: E402
from masthead.press.paper import (  # noqa: E402
    completeness,
    content,
    copyfit,
    engine,
    pdfx,
    pictures,
    position_only,
    preflight,
)
from masthead.press.paper.specification import Specification  # noqa: E402
from masthead.press.shelf import Shelf  # noqa: E402
from masthead.testing.press_documents import PICTURE, pressed  # noqa: E402
from tests.factories.paper import AT, FULL, issue_of  # noqa: E402
from tests.press.paper import word_spaces  # noqa: E402

LANTERN = Path(masthead.__file__).parent / "cli" / "lantern" / "articles"
AGAIN = 4
WIDE = 2600
"""Pixels: the drawings are small, and what comes from a camera is not."""
PRINTER = Specification(trim=(210, 280))
PEER = "WeasyPrint"
PIXEL = 0.75
"""Points: the peer writes its sizes in pixels of style sheets."""
TARGETS = {"seconds of CPU": 10.0, "MB": 1200.0}
"""What a print edition of this size may take."""

# --- The manuscript ---------------------------------------------------------


def prepare(folder: Path) -> int:
    """Write the values and pictures into `folder`; return how many words they have."""
    # Those that press have no need of it.
    from masthead.manuscript.markdown import from_markdown

    files = sorted(LANTERN.glob("*/index.md"))
    read = [from_markdown(file.read_text("utf-8")) for file in files]
    longest = sorted(read, key=walk.word_count)[-AGAIN:]
    numbered = [replace(one, key=f"{at:032x}") for at, one in enumerate([*read, *longest])]
    shown = {file.name: file for file in sorted(LANTERN.glob("*/*.png"))}
    values = {**issue_of(), "articles": [_article(one, set(shown)) for one in numbered]}
    (folder / "values.json").write_text(json.dumps(values), encoding="utf-8")
    (folder / "originals").mkdir()
    for name, file in shown.items():
        with Image.open(file) as opened:
            high = round(WIDE * opened.height / opened.width)
            large = opened.convert("RGB").resize((WIDE, high))
        large.save(folder / "originals" / f"{Path(name).stem}.jpg", quality=90)
    light = convert(folder, "light", for_screen)
    convert(folder, "stand-ins", stand_in)
    (folder / "peer.html").write_text(html_of(values, light), encoding="utf-8")
    return sum(walk.word_count(one) for one in numbered)


def _article(manuscript: Manuscript, names: set[str]) -> content.Values:
    document = pressed(manuscript, "paper")
    document = replace(document, pictures=dict.fromkeys(names, PICTURE))
    return content.of_article(document, FULL)


def for_screen(file: Any, beside: Path) -> Path:
    """Convert a picture as the edition for screens does."""
    return pictures.for_screen(file, PRINTER.trim, beside)


def for_print(file: Any, beside: Path, width_mm: float) -> Path:
    """Convert a picture as the edition for print does, for a place so wide."""
    return pictures.for_print(file, PRINTER, beside, width_mm=width_mm)


def stand_in(file: Any, beside: Path) -> Path:
    """Make what keeps the place of a picture while pages are set for print."""
    return position_only.stand_in(file, beside.name, beside)


def convert(
    folder: Path, name: str, how: Callable[[Any, Path], Path], only: Iterable[str] | None = None
) -> dict[str, Path]:
    """Return the pictures by their keys, converted into a folder of that name."""
    (folder / name).mkdir(exist_ok=True)
    made = {}
    for original in sorted((folder / "originals").iterdir()):
        key = f"{original.stem}.png"
        if only is None or key in only:
            with original.open("rb") as file:
                made[key] = how(file, folder / name / original.stem)
    return made


# --- What the processes do --------------------------------------------------


def values_of(folder: Path, *, inks: bool) -> dict[str, Any]:
    """Return the values of the issue for one edition."""
    values: dict[str, Any] = json.loads((folder / "values.json").read_text("utf-8"))
    return {**values, "inks": inks, "bleed": PRINTER.bleed if inks else 0}


def made_before(folder: Path, name: str) -> dict[str, Path]:
    """Return the pictures that were converted before anybody looked at the clock."""
    return {f"{file.stem}.png": file for file in sorted((folder / name).iterdir())}


def typeset_screen(folder: Path, out: Path) -> None:
    """Set the edition for screens, tagged, of pictures that are ready."""
    engine.typeset(values_of(folder, inks=False), made_before(folder, "light"), out, at=AT)


def typeset_print(folder: Path, out: Path) -> None:
    """Set the edition for print with what keeps the places of its pictures."""
    values, files = values_of(folder, inks=True), made_before(folder, "stand-ins")
    engine.typeset(values, files, out, at=AT, accessible=False, multiple=PRINTER.multiple)


def whole_screen(folder: Path, out: Path) -> None:
    """Do all of the edition for screens: pictures, pages, reading back."""
    _press_screen(folder, out, convert(folder, "light-now", for_screen))


def whole_screen_again(folder: Path, out: Path) -> None:
    """Do all of the edition for screens with pictures that were kept from the last time."""
    shelf = Shelf(folder / "shelf")

    def fetch(file: Any, beside: Path) -> Path:
        return shelf.fetch(f"screen {beside.name}", beside, lambda: for_screen(file, beside))

    _press_screen(folder, out, convert(folder, "light-again", fetch))


def _press_screen(folder: Path, out: Path, files: Mapping[str, Path]) -> None:
    values = values_of(folder, inks=False)
    engine.typeset(values, files, out, at=AT)
    assert completeness.lost(values, out) == []
    copyfit.of(values, out)


def whole_print(folder: Path, out: Path) -> None:
    """Do all of the edition for print: pages, reading back, pictures, PDF/X-4, looking at it."""
    _press_print(folder, out, for_print)


def whole_print_again(folder: Path, out: Path) -> None:
    """Do all of the edition for print with pictures that were kept from the last time."""
    shelf = Shelf(folder / "shelf")

    def fetch(file: Any, beside: Path, width_mm: float) -> Path:
        told = f"print {beside.name} {width_mm}"
        return shelf.fetch(told, beside, lambda: for_print(file, beside, width_mm))

    _press_print(folder, out, fetch)


def _press_print(folder: Path, out: Path, how: Callable[[Any, Path, float], Path]) -> None:
    values, laid = values_of(folder, inks=True), out.with_suffix(".laid.pdf")
    stand_ins = convert(folder, f"{out.stem}-stand-ins", stand_in)
    engine.typeset(values, stand_ins, laid, at=AT, accessible=False, multiple=PRINTER.multiple)
    assert completeness.lost(values, laid) == []
    copyfit.of(values, laid)
    widths = position_only.widths(laid, stand_ins)

    def inked(file: Any, beside: Path) -> Path:
        return how(file, beside, widths[f"{beside.name}.png"])

    files = convert(folder, f"{out.stem}-inks", inked, only=widths)
    printed = [position_only.Printed(stand_ins[key], files[key]) for key in files]
    pdfx.finish(laid, out, PRINTER, at=AT, printed=printed)
    faults = preflight.look_at(out, PRINTER).faults
    assert faults == [], faults


OURS: dict[str, Callable[[Path, Path], None]] = {
    "Masthead: setting the screen edition (PDF/UA-1)": typeset_screen,
    "Masthead: setting the print edition": typeset_print,
    "Masthead: all of the screen edition": whole_screen,
    "Masthead: all of the screen edition again": whole_screen_again,
    "Masthead: all of the print edition (PDF/X-4)": whole_print,
    "Masthead: all of the print edition again (PDF/X-4)": whole_print_again,
}
KEPT = [name for name in OURS if "again" in name]
"""Find pictures that the last time has kept."""

# --- The peer's pages -------------------------------------------------------


def html_of(values: Mapping[str, Any], files: Mapping[str, Path]) -> str:
    """Return the issue as a page of HTML: what WeasyPrint is given to set."""
    articles = "\n".join(_article_html(one, files) for one in values["articles"])
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{values['title']}</title>"
        f"<style>{_style(values['tokens'])}</style>{articles}</html>"
    )


def _style(tokens: Mapping[str, Any]) -> str:
    size, grid = tokens["scale"]["paper"], tokens["grid"]["paper"]
    faces = "".join(
        f"@font-face{{font-family:{family};font-weight:{weight};font-style:{style};"
        f"src:url({(engine.FONTS / file).as_uri()})}}"
        for family, weight, style, file in (
            ("Piazzolla", 400, "normal", "Piazzolla-Regular.ttf"),
            ("Piazzolla", 700, "normal", "Piazzolla-Bold.ttf"),
            ("Piazzolla", 900, "normal", "Piazzolla-Black.ttf"),
            ("Piazzolla", 400, "italic", "Piazzolla-Italic.ttf"),
            ("Piazzolla", 700, "italic", "Piazzolla-BoldItalic.ttf"),
            ("Sofia", 400, "normal", "SofiaSansExtraCondensed-Regular.ttf"),
            ("Sofia", 700, "normal", "SofiaSansExtraCondensed-Bold.ttf"),
            ("Markazi", 400, "normal", "MarkaziText-Regular.ttf"),
        )
    )
    wide, high = grid["trim"]
    return f"""{faces}
    @page {{ size: {wide}mm {high}mm; margin: {grid["head"]}mm {grid["outside"]}mm
      {grid["foot"]}mm {grid["inside"]}mm; @bottom-right {{ content: counter(page) }} }}
    @page :left {{ margin-left: {grid["outside"]}mm; margin-right: {grid["inside"]}mm }}
    body {{ font: {size["text"]}pt/{tokens["baseline"]["paper"]}pt Piazzolla, Markazi }}
    article {{ break-before: page }}
    h1 {{ font: 900 {size["h1"]}pt/1 Piazzolla, Markazi; margin: 7pt 0 }}
    .standfirst {{ font-size: {size["lead"]}pt; line-height: 1.25; text-align: left }}
    .text {{ columns: 2; column-gap: {grid["gutter"]}mm }}
    p {{ margin: 0; text-align: justify; hyphens: auto; orphans: 2; widows: 2 }}
    p + p {{ text-indent: 1.3em }}
    h2, h3, h4 {{ font-size: {size["h3"] * 1.2}pt; margin: 1em 0 .3em; break-after: avoid }}
    figure {{ margin: 1em 0; break-inside: avoid }} img {{ width: 100% }}
    figcaption, table, .label {{ font-family: Sofia, Markazi; text-align: left }}
    blockquote {{ margin: 1em }} aside {{ border-top: 1pt solid; margin: 1em 0 }}
    .pull {{ font: 900 {size["quote"]}pt/1.15 Piazzolla; text-align: left; margin: 1em 0 }}
    .note {{ float: footnote; font-size: {size["note"]}pt; line-height: 1.3 }}"""


def _article_html(article: Mapping[str, Any], files: Mapping[str, Path]) -> str:
    head = "".join(
        f"<{tag}>{escape(article[name])}</{tag.split()[0]}>"
        for tag, name in (("p class=label", "kicker"), ("h1", "headline"),
                          ("p class=standfirst", "standfirst"), ("p class=label", "place"))
        if article[name]
    )  # fmt: skip
    said = [*article["bylines"], *article["sources"], *article["corrections"]]
    foot = "".join(f"<p class=label>{escape(line)}</p>" for line in said)
    figure = _block_html(article["figure"], files) if article["figure"] else ""
    body = "".join(_block_html(block, files) for block in article["blocks"])
    where = f"lang={article['language']} dir={article['direction']}"
    return f"<article {where}>{head}{figure}<div class=text>{body}{foot}</div></article>"


_TAGS = {
    "quotation": "blockquote", "excerpt": "blockquote", "statement": "blockquote",
    "aside": "aside", "pull_quote": "div class=pull", "paragraph": "p", "code": "pre",
    "figure": "figure", "gallery": "figure",
}  # fmt: skip


def _block_html(block: Mapping[str, Any], files: Mapping[str, Path]) -> str:
    """Return a block: every word of it, in the shape of its kind where HTML has one."""
    kind = block["kind"]
    tag = f"h{block['level']}" if kind == "heading" else _TAGS.get(kind, "div")
    parts = []
    if "picture" in block:
        address = files[block["picture"]].as_uri()
        parts.append(f'<img src="{address}" alt="{escape(block["alternative"])}">')
    said = [block[name] for name in completeness.PLAIN if isinstance(block.get(name), str)]
    parts += [_words_html(block.get("words", [])), *(escape(one) for one in said)]
    if block.get("caption"):
        caption = "figcaption" if tag == "figure" else "p class=label"
        parts.append(f"<{caption}>{_words_html(block['caption'])}</{caption.split()[0]}>")
    rows = [block.get("header", []), *block.get("rows", [])]
    if any(rows):
        cells = ["".join(f"<td>{_words_html(cell)}" for cell in row) for row in rows]
        parts.append(f"<table>{''.join(f'<tr>{row}' for row in cells)}</table>")
    for note in block.get("notes", []):
        parts.append(f"<p class=label>{_words_html(note['words'])}</p>")
    inner = [*block.get("blocks", []), *block.get("figures", [])]
    parts += [_block_html(one, files) for one in inner]
    items = ["".join(_block_html(one, files) for one in item) for item in block.get("items", [])]
    if items:
        parts.append(f"<ul>{''.join(f'<li>{item}' for item in items)}</ul>")
    return f"<{tag}>{''.join(parts)}</{tag.split()[0]}>"


_MARKS = {"emphasis": "em", "strong": "strong", "subscript": "sub", "superscript": "sup",
          "quotation": "q", "small_caps": "span"}  # fmt: skip


def _words_html(words: list[Mapping[str, Any]]) -> str:
    return "".join(map(_word_html, words))


def _word_html(word: Mapping[str, Any]) -> str:
    kind = word["kind"]
    if kind in ("text", "code"):
        return escape(word["text"])
    if kind == "break":
        return "<br>"
    if kind == "note_again":
        return f"<sup>{word['number']}</sup>"
    inner = _words_html(word["words"])
    if kind == "note":
        return f"<span class=note>{inner}</span>"
    if kind == "language":
        return f"<span lang={word['language']} dir={word['direction']}>{inner}</span>"
    if kind == "link":
        address = word["address"] or "#"
        return f'<a href="{escape(address)}">{inner}</a>'
    tag = _MARKS[kind]
    return f"<{tag}>{inner}</{tag}>"


# --- Measuring --------------------------------------------------------------


def run(command: list[str]) -> dict[str, float]:
    """Run a command to its end; return its seconds, and the most memory that it had.

    Raises:
        SystemExit: it failed.
    """
    began = time.perf_counter()
    # One by one, since only waiting for this very process tells what it took.
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)  # noqa: S603
    _pid, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"This failed: {' '.join(command)}")
    kilobytes = used.ru_maxrss
    return {"seconds": wall, "cpu": used.ru_utime + used.ru_stime, "MB": kilobytes / 1000}


def look_at(pdf: Path, values: Mapping[str, Any], scale: float) -> dict[str, float]:
    """Return how many pages a file has, how evenly they are set and what is missing."""
    document = pypdfium2.PdfDocument(str(pdf))
    pages = len(document)
    document.close()
    even = word_spaces.of(pdf, values["tokens"]["scale"]["paper"]["text"], scale)
    return {
        "pages": pages,
        "lines": even.lines,
        "space": even.mean,
        "loose": even.loose,
        "lost": len(completeness.lost(values, pdf)),
    }


def measure(folder: Path, python: str, rounds: int) -> dict[str, dict[str, float]]:
    """Return what was found of each contestant: the median of its rounds."""
    me = [sys.executable, str(Path(__file__).resolve()), "--work-in", str(folder), "--do"]
    commands = {name: [*me, name] for name in OURS}
    peer = [python, "-m", "weasyprint", "--quiet", str(folder / "peer.html")]
    commands[PEER] = [*peer, str(folder / f"{PEER}.pdf")]
    for name in KEPT:
        run(commands[name])
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    for _round in range(rounds):
        for name, command in commands.items():
            taken[name].append(run(command))
    found = {}
    for name, each in taken.items():
        middle = {key: statistics.median(one[key] for one in each) for key in each[0]}
        pdf = folder / f"{name.replace('/', '-')}.pdf"
        scale = PIXEL if name == PEER else 1
        found[name] = {**middle, **look_at(pdf, values_of(folder, inks=False), scale)}
    return found


def tell(found: Mapping[str, Mapping[str, float]], words: int) -> None:
    """Print what was found, and how many times that is what the peer does."""
    peer = found[PEER]
    print(f"{words:,} words. In brackets: divided by what {PEER} takes.")
    for name, one in found.items():
        print(name)
        print(
            f"   {one['seconds']:.1f} s [{one['seconds'] / peer['seconds']:.2f}]"
            f"   {one['cpu']:.1f} s of CPU [{one['cpu'] / peer['cpu']:.2f}]"
            f"   {one['MB']:.0f} MB [{one['MB'] / peer['MB']:.2f}]"
        )
        print(
            f"   {one['pages']:.0f} pages, {one['lines']:.0f} full lines, mean space between"
            f" words {one['space']:.3f} em, {one['loose']:.2%} loose, {one['lost']:.0f} passages lost"
        )
    whole = found["Masthead: all of the print edition (PDF/X-4)"]
    for unit, most, has in zip(TARGETS, TARGETS.values(), (whole["cpu"], whole["MB"]), strict=True):
        kept = "kept" if has <= most else "MISSED"
        print(f"Target for all of the print edition, at most {most:g} {unit}: {has:.1f}, {kept}.")


def main() -> None:
    """Measure all, or be one of the processes that are measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is started")
    parser.add_argument(
        "--peer", default=sys.executable, metavar="PYTHON", help="the Python that has WeasyPrint"
    )
    parser.add_argument("--work-in", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--do", choices=OURS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.do:
        OURS[asked.do](asked.work_in, asked.work_in / f"{asked.do.replace('/', '-')}.pdf")
        return
    look = [asked.peer, "-c", "import weasyprint; print(weasyprint.__version__)"]
    version = subprocess.run(look, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    if not version or int(version.split(".")[0]) < 70:
        parser.error(
            "WeasyPrint 70 or newer is missing. Make an environment of its own and name its "
            "Python: python3 -m venv FOLDER && FOLDER/bin/pip install 'weasyprint>=70', then "
            "--peer FOLDER/bin/python. On Debian it needs libpangoft2-1.0-0."
        )
    with tempfile.TemporaryDirectory(prefix="masthead-benchmark-") as name:
        folder = Path(name)
        words = prepare(folder)
        found = measure(folder, asked.peer, asked.rounds)
    if asked.json:
        ratios = {
            name: {key: one[key] / found[PEER][key] for key in ("seconds", "cpu", "MB")}
            for name, one in found.items()
        }
        print(json.dumps({"peer": version, "words": words, "found": found, "ratios": ratios}))
        return
    print(f"{PEER} {version}, Python {sys.version.split()[0]}")
    tell(found, words)


if __name__ == "__main__":
    main()
