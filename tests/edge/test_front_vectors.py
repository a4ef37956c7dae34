"""The vectors of the front, put to ours; `test_nginx.py` puts them to nginx."""

from pathlib import Path
from urllib.parse import unquote

import pytest

from masthead.edge.front import Asked
from masthead.edge.store import Store
from tests.edge import front_vectors
from tests.edge.front_vectors import HOST, VECTORS, Etags

NOW = 1_780_000_000.0


@pytest.fixture(scope="module", params=["", *VECTORS["orders"]])
def told(request, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("vectors") / "pages"
    front_vectors.fill(folder)
    front_vectors.order(folder, request.param)
    return request.param, folder


def test_the_front_answers_as_the_vectors_say(told: tuple[str, Path]) -> None:
    orders, folder = told
    etags, front, store = Etags(folder), front_vectors.front(), Store(folder)
    for case in front_vectors.cases(orders):
        given = {name.lower(): value for name, value in front_vectors.headers(case, etags).items()}
        if "content-length" in given:
            continue  # That is seen on the wire, before it is asked what is at the address.
        path, _mark, query = case["path"].partition("?")
        asked = Asked(
            case.get("method", "GET"), case.get("host", HOST).lower(), unquote(path), query,
            given.get("cookie"), given.get("accept-encoding"), given.get("if-none-match"),
            given.get("range"), case.get("address", "127.0.0.1"),
        )  # fmt: skip
        with store.view() as view:
            answer = front.look_up(asked, view, NOW, alone=case.get("alone", False))
        if "house" in case["answer"]:
            assert answer is None, case["name"]
            continue
        assert answer is not None, case["name"]
        got: dict[str, str] = {}
        for name, value in answer.headers:
            got[name] = f"{got[name]}, {value}" if name in got else value
        front_vectors.check(case, etags, answer.status, got, answer.body)
    store.close()
