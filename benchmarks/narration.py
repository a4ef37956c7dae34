"""How long ten thousand words take to be read aloud, in how much memory.

Ours is everything: sentences found and worded, said, put together, levelled, encoded, timed. The
peer, flite, only speaks: the same sentences in words, one after another, into one WAV file. Each is a
process of its own with what it starts; neither has kept anything from before.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from masthead.press.speech import recording, script, sound  # noqa: E402
from masthead.press.speech.engines import voice_for  # noqa: E402
from masthead.press.speech.espeak import Espeak  # noqa: E402
from masthead.testing.press_documents import pressed  # noqa: E402
from tests.factories.paper import FULL, paragraph, written  # noqa: E402

WORDS = 10_000
ROUNDS = 3
ARTICLES = ROOT / "masthead" / "cli" / "lantern" / "articles"


def text() -> list[str]:
    """Return the paragraphs of The Lantern, as often as it takes."""
    found = [
        line
        for file in sorted(ARTICLES.glob("*/index.md"))
        if "language: ar" not in (body := file.read_text("utf-8")) and "language: fr" not in body
        for line in body.split("---", 2)[2].splitlines()
        if len(line) > 200 and line[0].isalpha()
    ]
    paragraphs, count = [], 0
    while count < WORDS:
        for line in found:
            paragraphs.append(line)
            count += len(line.split())
            if count >= WORDS:
                break
    return paragraphs


def the_script() -> list[script.Sentence]:
    """Return the sentences of an article of that many words."""
    body = [paragraph(line, f"p{number}") for number, line in enumerate(text())]
    return script.of_article(pressed(written(*body), "speech"), FULL)


def ours(folder: Path) -> float:
    """Read it aloud; return the seconds of sound."""
    engine = Espeak()
    voices = list(engine.voices())

    def voice(language: str) -> str:
        found = voice_for(voices, language)
        return found.id if found else "en"

    out = folder / "ours.mp3"
    try:
        return recording.read_aloud(the_script(), engine, voice, out, tags={}).seconds
    finally:
        # Whoever is waited for is counted.
        engine.stop()


def flite(folder: Path) -> float:
    """Have flite speak it; return the seconds of sound."""
    words, out = folder / "words", folder / "peer.wav"
    words.write_text(" ".join(one.spoken for one in the_script()), "utf-8")
    subprocess.run(["flite", "-f", str(words), "-o", str(out)], check=True)  # noqa: S603, S607
    return sound.seconds_of(out)


CONTESTANTS: dict[str, Callable[[Path], float]] = {"ours": ours, "flite": flite}


def run(name: str) -> dict[str, float]:
    """Return what one contestant took, in a process of its own."""
    done = subprocess.run(  # noqa: S603 - ourselves.
        [sys.executable, __file__, "--contestant", name], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def take_part(name: str) -> None:
    """Be a contestant, and print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        seconds = CONTESTANTS[name](Path(folder))
        waited = time.monotonic() - began
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(
        json.dumps(
            {
                "sound": seconds,
                "waited": waited,
                "cpu": own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime,
                "megabytes": max(own.ru_maxrss, others.ru_maxrss) / 1024,
            }
        )
    )


def main() -> int:
    """Let the contestants take turns, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contestant", choices=CONTESTANTS)
    if name := parser.parse_args().contestant:
        take_part(name)
        return 0
    there = [name for name in CONTESTANTS if name == "ours" or shutil.which(name)]
    rounds = [{name: run(name) for name in there} for _round in range(ROUNDS)]
    print(f"{WORDS:,} words; the median of {ROUNDS} rounds\n")
    print(
        f"{'':8} {'sound':>8} {'CPU':>8} {'waited':>8} {'memory':>8} {'sound to CPU':>13} {'waited':>8}"
    )
    for name in there:
        told = {key: statistics.median(one[name][key] for one in rounds) for key in rounds[0][name]}
        print(
            f"{name:8} {told['sound']:7.0f}s {told['cpu']:7.1f}s {told['waited']:7.1f}s "
            f"{told['megabytes']:6.0f}MB {told['sound'] / told['cpu']:12.0f}x "
            f"{told['sound'] / told['waited']:7.0f}x"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
