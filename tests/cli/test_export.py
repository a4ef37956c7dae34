"""`masthead export` writes pressed pages for nginx or a file server, or says why not."""

import json
import signal
import subprocess
import sys
import time

import pytest

from masthead.edge.records import Record
from masthead.edge.store import Pressed, PressedPage, Store
from tests.moulds import surroundings


@pytest.fixture
def pressed(magazine):
    """Return a magazine with one page in its store."""
    press(magazine, "/", b"Words.")
    return magazine


def press(magazine, path, words):
    store = Store(magazine / "pages", writable=True)
    record = Record(host="a.example", path=path, version=1, rules={"open": "whole"})
    headers = (("content-type", "text/html"),)
    store.publish([PressedPage(record, {"whole": Pressed(words, headers)})])
    store.close()


def test_pages_are_written_for_nginx_once_and_again_when_they_change(masthead, pressed, tmp_path):
    result = masthead("export", tmp_path / "out", cwd=pressed)
    assert (result.returncode, result.stdout) == (0, "Edition 1: 1 pages.\n"), result.stderr
    assert "proxy_pass http://127.0.0.1:" in (tmp_path / "out" / "nginx.conf").read_text()
    result = masthead("export", tmp_path / "out", "--house", "http://[::1]:81", cwd=pressed)
    assert result.returncode == 0
    assert "proxy_pass http://[::1]:81;" in (tmp_path / "out" / "nginx.conf").read_text()


def test_open_pages_are_written_for_a_file_server(masthead, pressed, tmp_path):
    result = masthead("export", tmp_path / "out", "--open-only", cwd=pressed)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "out" / "now" / "a.example" / "index.html").read_bytes() == b"Words."


def test_a_watched_export_writes_what_comes_out_until_it_is_told_to_stop(pressed, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "masthead.cli", "export", str(out), "--watch"]
    with subprocess.Popen(
        command, cwd=pressed, env=surroundings(), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert "Watching" in process.stdout.readline()
            assert process.stdout.readline() == "Edition 1: 1 pages.\n"
            press(pressed, "/second/", b"More words.")
            assert process.stdout.readline() == "Edition 2: 2 pages.\n"
            # What nginx believes of it ends soon after nobody looks after it any more.
            until = json.loads((out / "told.json").read_bytes())["until"]
            assert 0 < until - time.time() <= 60
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_an_export_is_refused_where_anybody_could_fetch_it(masthead, pressed, tmp_path):
    for folder in ("media", "static"):
        result = masthead("export", pressed / folder / "out", cwd=pressed)
        assert result.returncode == 2
        assert "Anybody may fetch" in result.stderr
        assert not (pressed / folder / "out").exists()


def test_nothing_is_exported_before_anything_is_pressed(masthead, magazine, tmp_path):
    result = masthead("export", tmp_path / "out", cwd=magazine)
    assert result.returncode == 2
    assert "No page has been pressed yet." in result.stderr
    assert "masthead serve" in result.stderr
