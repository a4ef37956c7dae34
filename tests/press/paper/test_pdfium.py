"""Pages are looked at by several readers at once, and the house stays up."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from masthead.press.paper import engine, pdfium
from tests.factories.paper import AT, issue_of, paragraph, written

LOOK = """
import sys, threading
from masthead.press.paper import thumbnails

def look():
    for number in (1, 2, 3) * 6:
        with open(sys.argv[1], "rb") as file:
            thumbnails.draw(file, number, 240)
            thumbnails.proportion(file, number)

threads = [threading.Thread(target=look) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print("Still here.")
"""


@pytest.fixture
def file(tmp_path):
    words = " ".join(f"word{number}" for number in range(600))
    out = tmp_path / "pages.pdf"
    engine.typeset(issue_of(written(paragraph(words))), {}, out, at=AT)
    return out


def test_many_who_look_at_once_do_not_take_the_process_down(file):
    # In a process of its own: what this is about ends processes.
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(file)], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout.strip()) == (0, "Still here.")


def test_whoever_comes_second_waits_for_the_first(file):
    looked = threading.Event()

    def look():
        with pdfium.opened(file):
            looked.set()

    second = threading.Thread(target=look)
    with pdfium.opened(file):
        second.start()
        assert not looked.wait(0.3)
    assert looked.wait(10)
    second.join()


def test_whoever_fails_over_a_file_keeps_nobody_else_waiting(file, tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"no PDF at all")
    for _ in range(2):
        with pytest.raises(Exception, match="Failed to load"), pdfium.opened(broken):
            pass
    with pytest.raises(ZeroDivisionError), pdfium.opened(file):
        raise ZeroDivisionError
    with pdfium.opened(file) as document:
        assert len(document) >= 3
