"""Which way a language is written."""

from __future__ import annotations

import pytest

from masthead.manuscript.languages import direction


@pytest.mark.parametrize(
    "tag", ["ar", "AR-eg", "he", "fa-IR", "ur", "ckb", "az-Arab", "pa-Arab-PK"]
)
def test_from_the_right(tag):
    assert direction(tag) == "rtl"


@pytest.mark.parametrize("tag", ["en", "it", "ar-Latn", "ku", "arn", "zh-Hant", "", "-"])
def test_from_the_left(tag):
    assert direction(tag) == "ltr"
