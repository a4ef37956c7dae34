"""Bodies: whoever fetches one sees whether it is the one that was named."""

import gzip
from dataclasses import replace

import brotli
import pytest

from masthead.edge import bodies
from masthead.edge.bodies import NotABody

WORDS = b"long words " * 100
BODY = bodies.pack(WORDS, is_gated=True, effort=5)


def test_a_body_is_read_as_it_was_written():
    assert bodies.read(BODY.digest, BODY.written()) == BODY
    assert set(BODY.codings) == {"", "br", "gzip"}


def test_the_name_says_whether_it_is_gated():
    assert bodies.pack(WORDS, is_gated=False, effort=5).digest != BODY.digest
    with pytest.raises(NotABody):
        bodies.read(BODY.digest, replace(BODY, is_gated=False).written())


@pytest.mark.parametrize(
    ("coding", "other"),
    [
        ("", b"other words"),
        ("br", brotli.compress(b"other words")),
        ("gzip", gzip.compress(b"other words", mtime=0)),
        ("br", b"nothing that can be unpacked"),
    ],
)
def test_other_words_in_any_coding_are_not_believed(coding, other):
    altered = replace(BODY, bodies={**BODY.bodies, coding: other})
    with pytest.raises(NotABody):
        bodies.read(BODY.digest, altered.written())


@pytest.mark.parametrize(
    "written",
    [b"", b"{}", b"[5]\n", b"[5, true, []]\n", BODY.written()[:-1], BODY.written() + b"!"],
)
def test_what_is_no_body_is_not_believed(written):
    with pytest.raises(NotABody):
        bodies.read(BODY.digest, written)
