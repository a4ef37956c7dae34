"""How long an issue takes to become a book, silent and read aloud, against pandoc.

The manuscript is that of the benchmark `paper`: The Lantern's articles and its four longest once more,
22 articles. Pictures are fit for reading before anybody looks at the clock. The peer, pandoc, gets
HTML that is made here of the same articles, with the same pictures, faces and style sheet, and
makes an EPUB 3 of it: without overlays, printed pages, an index or cut faces. Each is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess  # nosec B404 - our own module and a program of the machine's.
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.paper import AGAIN, LANTERN  # noqa: E402
from masthead.manuscript import walk  # noqa: E402
from masthead.manuscript.markdown import from_markdown  # noqa: E402
from masthead.press import web  # noqa: E402
from masthead.press.epub import adapting, binding, sheet  # noqa: E402
from masthead.press.epub.book import Book, Chapter, Narrated, Shot  # noqa: E402
from masthead.press.paper import pictures  # noqa: E402
from masthead.press.paper.engine import FONTS  # noqa: E402
from masthead.press.speech import script  # noqa: E402
from masthead.testing.press_documents import PICTURE, pressed  # noqa: E402
from tests.factories.paper import FULL  # noqa: E402
from tests.press.epub import books, epubcheck  # noqa: E402
from tests.press.epub.faults import faults  # noqa: E402

ROUNDS = 5
SENTENCE = 4.0
"""Seconds: how long each takes in the recordings, whose sound is silence."""
SOUND = 64_000 // 8
"""Bytes in a second of an MP3."""


def articles() -> list[Chapter]:
    """Return the chapters, every picture of which is there."""
    read = [from_markdown(file.read_text("utf-8")) for file in sorted(LANTERN.glob("*/index.md"))]
    longest = sorted(read, key=walk.word_count)[-AGAIN:]
    shown = {file.name: PICTURE for file in sorted(LANTERN.glob("*/*.png"))}
    numbered = [replace(one, key=f"{at:032x}") for at, one in enumerate([*read, *longest])]
    return [Chapter(replace(pressed(one, "epub"), pictures=dict(shown)), FULL) for one in numbered]


def prepare(folder: Path) -> dict[str, float]:
    """Write the pictures, the recordings and the peer's HTML; return what there is of each."""
    chapters = articles()
    files = {}
    for number, shot in enumerate(_shots(chapters)):
        (original,) = LANTERN.glob(f"*/{shot.key}")
        with original.open("rb") as file:
            files[number] = pictures.for_reading(file, folder / f"picture-{number}", shot.crop)
    sentences = 0
    for chapter in chapters:
        count = len(script.of_article(chapter.document, FULL))
        sentences += count
        (folder / f"{chapter.document.key}.mp3").write_bytes(bytes(int(count * SENTENCE * SOUND)))
    _peer(folder, chapters, files)
    return {
        "articles": len(chapters),
        "words": sum(chapter.document.word_count for chapter in chapters),
        "sentences": sentences,
        "pictures": len(files),
    }


def _shots(chapters: list[Chapter]) -> list[Shot]:
    found = {shot for one in chapters for shot in adapting.shots(one.document, one.decision)}
    return sorted(found, key=repr)


def _peer(folder: Path, chapters: list[Chapter], files: dict[int, Path]) -> None:
    cards = {
        shot: adapting.picture(str(files[number]), "image/png", (1600, 1000))
        for number, shot in enumerate(_shots(chapters))
    }
    pages = []
    for one in chapters:
        document = adapting.for_book(one.document, FULL, cards, {})
        root = adapting.chapter(
            web.render_lead_figure(document) + web.render(document, FULL),
            document,
            "https://a.example",
            one.phrases,
        )
        pages.append(f"<h1>{document.front.headline}</h1>\n{root.inner()}")
    (folder / "peer.html").write_text(
        "<!doctype html><html lang=en><title>No. 18</title><body>" + "\n".join(pages), "utf-8"
    )
    (folder / "peer.css").write_text(sheet.sheet(books.TOKENS, []), "utf-8")


# --- The contestants --------------------------------------------------------


def silent(folder: Path) -> Callable[[], Path]:
    """Get ready to bind the book without sound."""
    return _binding(folder, articles())


def aloud(folder: Path) -> Callable[[], Path]:
    """Get ready to bind the book with a recording of each article."""
    chapters = []
    for one in articles():
        said = script.of_article(one.document, FULL)
        times = [
            {"id": sentence.id, "block": sentence.block, "start": sentence.start,
             "end": sentence.end, "t0": at * SENTENCE, "t1": (at + 0.9) * SENTENCE}
            for at, sentence in enumerate(said)
        ]  # fmt: skip
        sound = folder / f"{one.document.key}.mp3"
        chapters.append(replace(one, narrated=Narrated(sound, len(said) * SENTENCE, times)))
    return _binding(folder, chapters)


def _binding(folder: Path, chapters: list[Chapter]) -> Callable[[], Path]:
    files = {
        shot: next(folder.glob(f"picture-{number}.*"))
        for number, shot in enumerate(_shots(chapters))
    }
    book: Book = books.book(*chapters, cover="", pages_of="", topics=(), corrections=())

    def bind() -> Path:
        binding.bind(book, files, folder / "ours.epub")
        return folder / "ours.epub"

    return bind


def pandoc(folder: Path) -> Callable[[], Path]:
    """Get ready to have pandoc do it."""
    faces = [f"--epub-embed-font={file}" for file in sorted(FONTS.glob("Piazzolla-*.ttf"))]
    command = [
        "pandoc", "--from", "html", "--to", "epub3", "--epub-chapter-level=1", "--toc",
        f"--css={folder / 'peer.css'}", *faces,
        "--output", str(folder / "peer.epub"), str(folder / "peer.html"),
    ]  # fmt: skip

    def run() -> Path:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - its own program.
        return folder / "peer.epub"

    return run


CONTESTANTS = {"silent": silent, "aloud": aloud, "pandoc": pandoc}


def take_part(name: str, folder: Path) -> None:
    """Be a contestant, and print what it took from the moment at which all was ready."""
    go = CONTESTANTS[name](folder)
    before, began = _spent(), time.monotonic()
    out = go()
    print(
        json.dumps(
            {
                "cpu": _spent() - before,
                "waited": time.monotonic() - began,
                "megabytes": max(
                    resource.getrusage(who).ru_maxrss
                    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
                )
                / 1024,
                "size": out.stat().st_size / 1e6,
            }
        )
    )


def _spent() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def main() -> int:
    """Let the contestants take turns, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contestant", nargs=2, metavar=("NAME", "FOLDER"))
    if chosen := parser.parse_args().contestant:
        take_part(chosen[0], Path(chosen[1]))
        return 0
    there = [name for name in CONTESTANTS if name != "pandoc" or shutil.which(name)]
    with tempfile.TemporaryDirectory() as folder:
        told = prepare(Path(folder))
        print(", ".join(f"{count:,} {what}" for what, count in told.items()))
        rounds = [{name: _run(name, folder) for name in there} for _round in range(ROUNDS)]
        take_part("silent", Path(folder))
        book = Path(folder, "ours.epub")
        wrong = [*faults(book), *(epubcheck.found(book) if not epubcheck.missing() else [])]
    print(f"{'':8} {'CPU':>8} {'waited':>8} {'memory':>8} {'size':>8}")
    medians = {
        name: {key: statistics.median(one[name][key] for one in rounds) for key in rounds[0][name]}
        for name in there
    }
    for name, row in medians.items():
        print(
            f"{name:8} {row['cpu']:7.2f}s {row['waited']:7.2f}s {row['megabytes']:6.0f}MB"
            f" {row['size']:6.1f}MB"
        )
    if "pandoc" in medians:
        for name in ("silent", "aloud"):
            print(
                f"{name} takes {medians[name]['cpu'] / medians['pandoc']['cpu']:.2f} of pandoc's CPU"
            )
    print("\n".join(wrong) or "Nothing is wrong with the book.")
    return bool(wrong)


def _run(name: str, folder: str) -> dict[str, float]:
    done = subprocess.run(  # noqa: S603 - ourselves.
        [sys.executable, __file__, "--contestant", name, folder],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    sys.exit(main())
