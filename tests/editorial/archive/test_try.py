from datetime import UTC, datetime

import pytest

from masthead.circulation.entitlements import EVERY_CLASS
from masthead.edge.locks import Key
from masthead.editorial.archive import questions, searching, vocabulary
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def find(title, text, **kw):
    return [h.article for h in searching.search(title, questions.read(text), at=NOW, **kw).hits]


def test_it():
    t = make.magazine()
    a = make.article(
        t,
        make.paragraph("The harbour was dredged in spring by the ministry. " * 8),
        make.paragraph("Closed words about zinc smelting." * 10),
        headline="Harbours of the north",
        access="subscribers",
    )
    b = make.article(
        t,
        make.paragraph("Everybody may read of harbours and zinc."),
        headline="Open",
        access="open",
    )
    assert find(t, "harbour") == [a.pk, b.pk]
    assert find(t, "zinc") == [b.pk]
    key = Key("term", str(t.key), EVERY_CLASS)
    assert find(t, "zinc", keys=[key]) == [a.pk, b.pk] or find(t, "zinc", keys=[key]) == [
        b.pk,
        a.pk,
    ]
    assert find(t, '"zinc smelting"', keys=[key]) == [a.pk]
    assert find(t, '"smelting zinc"', keys=[key]) == []
    assert find(t, "harbour -zinc") == [a.pk]
    assert find(t, "harbour -zinc", keys=[key]) == []
    k2 = Key("single-copy", str(t.key), EVERY_CLASS, issues=(3, 4), article=str(a.key))
    assert find(t, "zinc", keys=[k2]) == [b.pk]
    assert vocabulary.corrections(t, ["harbuor"]) == {"harbuor": "harbours"}
    assert "zinc" in vocabulary.beginning_with(t, "zi")
    assert not vocabulary.beginning_with(t, "smel")
    f = searching.search(t, questions.read("zinc"), at=NOW, keys=[key])
    print(searching.excerpts_of(f.hits, questions.read("zinc")))
    for bad in [
        '"',
        "*",
        "NEAR(",
        "a NEAR/3 b",
        "'; drop",
        "-",
        "--",
        '"""',
        "AND OR NOT",
        "\x00",
        "x" * 5000,
        "{headline}: x",
        "(",
        "東京",
        "l'eau",
    ]:
        find(t, bad, keys=[key])
        find(t, bad)
    f = searching.search(t, questions.read(""), at=NOW, keys=[key])
    assert len(f.hits) == 2, f
    print(f.counts())
