"""Where a process finds the pages it has pressed, and gives out."""

from __future__ import annotations

import dataclasses
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from masthead.edge.store import Store
from masthead.production import page_store


@pytest.fixture
def nobody_has_opened_it(tmp_path, settings):
    settings.INSTALLATION = dataclasses.replace(settings.INSTALLATION, home=tmp_path)
    page_store._opened.cache_clear()
    yield
    page_store.here().close()
    page_store._opened.cache_clear()


def test_readers_who_come_at_once_as_the_house_starts_find_one_store(
    nobody_has_opened_it, monkeypatch
) -> None:
    opened = Store.__init__

    def slowly(self, *args, **kwargs):
        opened(self, *args, **kwargs)
        time.sleep(0.05)

    monkeypatch.setattr(Store, "__init__", slowly)
    together = Barrier(4)

    def come(_number):
        together.wait()
        return page_store.here()

    with ThreadPoolExecutor(4) as readers:
        found = list(readers.map(come, range(4)))
    assert all(one is found[0] for one in found)
