"""nginx with the exported pages answers as the front does, and asks the house where it does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masthead.edge.export import Export
from masthead.edge.front import Asked
from masthead.edge.passes import Pass
from masthead.edge.store import Store
from tests.edge import front_vectors, houses, nginxes
from tests.edge.front_vectors import HOST, VECTORS, Etags
from tests.edge.test_front import keys


class Served:
    """A store, its export, nginx that serves it, and a house."""

    def __init__(self, folder: Path, port: int, house: nginxes.House, export: Export) -> None:
        self.folder, self.port, self.house, self.export = folder, port, house, export
        self.pages, self.files = folder / "pages", folder / "export"
        self.etags = Etags(self.pages)

    def publish(self, *, at: float | None = None, is_watched: bool = False) -> None:
        """Have the export say what the store says."""
        store = Store(self.pages)
        self.export.publish(store, time.time() if at is None else at, is_watched=is_watched)
        store.close()

    def get(self, path: str, **more: Any) -> houses.Got:
        return nginxes.get(self.port, path, more.pop("host", HOST), **more)

    def ask(self, case: dict[str, Any]) -> houses.Got:
        more = {name: case[name] for name in ("method", "host", "address") if name in case}
        return self.get(case["path"], headers=front_vectors.headers(case, self.etags), **more)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    nginxes.need()
    folder = tmp_path_factory.mktemp("nginx")
    front_vectors.fill(folder / "pages")
    house = nginxes.House()
    house.open()
    export = Export(folder / "export", front_vectors.front(), house=house.address)
    store = Store(folder / "pages")
    export.publish(store, time.time())
    store.close()
    with nginxes.served(folder / "export", folder / "nginx") as port:
        yield Served(folder, port, house, export)
    house.close()
    export.close()


@pytest.mark.parametrize("orders", ["", *VECTORS["orders"]])
def test_nginx_answers_as_the_vectors_say(served: Served, orders: str) -> None:
    front_vectors.order(served.pages, orders)
    served.publish()
    asked = front_vectors.cases(orders, alone=False)
    assert asked
    for case in asked:
        got = served.ask(case)
        if "house" in case["answer"]:
            assert "x-house" in got.headers, case["name"]
        else:
            assert "x-house" not in got.headers, case["name"]
            front_vectors.check(case, served.etags, got.status, got.headers, got.body)
    front_vectors.order(served.pages, "")
    served.publish()


def test_nginx_answers_while_the_house_is_away(served: Served) -> None:
    served.house.close()
    try:
        for case in front_vectors.cases("", alone=True):
            got = served.ask(case)
            if "house" in case["answer"]:
                assert got.status == 503, case["name"]
                assert (b"Back in a moment" in got.body) == (case.get("method") != "HEAD")
            else:
                front_vectors.check(case, served.etags, got.status, got.headers, got.body)
    finally:
        served.house.open()
    assert "x-house" in served.get("/nowhere/").headers
