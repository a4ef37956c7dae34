"""No bytes in the page store that anybody may have hold a word of what is closed."""

from __future__ import annotations

import pytest
from django.utils import timezone

from masthead.production import press_runs
from tests.house.test_surfaces import CANARY, NOT_ON_THE_WEB, Aviary

pytestmark = pytest.mark.django_db


def test_only_gated_bytes_hold_words_of_what_is_closed(store) -> None:
    aviary = Aviary()
    press_runs.press_all(at=timezone.now())
    open_to_all, gated, pages = set(), set(), 0
    for record in store.records():
        pages += 1
        for variant in record.variants.values():
            with store.view() as view:
                is_gated, body = view.body(variant.digest, "")
                found = set(CANARY.findall(bytes(body).decode()))
            assert is_gated == variant.is_gated
            said = str(variant.headers)
            (gated if is_gated else open_to_all).update(found, CANARY.findall(said))
            # Whoever is shut out never gets to what is gated.
            if is_gated:
                assert record.lock is not None
                assert record.lock.access != "open"
                names = [name for rule, name in record.rules.items() if rule in ("closed", "open")]
                assert not any(record.variants[name].is_gated for name in names)
    assert pages > 20
    assert not open_to_all
    missing = {one for one in aviary.canaries - gated if not one.startswith(NOT_ON_THE_WEB)}
    assert not missing, "These words would not have been found if they had leaked."
