"""What is uploaded is found, even if the worker indexes it in the same moment."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection
from modelsearch.backends import get_search_backend

from masthead.editorial.models import Attachment

IndexEntry = apps.get_model("wagtailsearch", "IndexEntry")

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_may_index_the_same_upload_at_once(monkeypatch):
    get_search_backend().reset_indexes()
    upload = Attachment.objects.create(
        title="The ferry", file=ContentFile(b"ID3", name="ferry.mp3")
    )
    index = get_search_backend()
    failed: list[Exception] = []

    def worker() -> None:
        try:
            index.add(upload)
        except Exception as error:  # noqa: BLE001 - what it was is looked at below
            failed.append(error)
        finally:
            connection.close()

    other, begin = threading.Thread(target=worker), IndexEntry.__init__

    def write_meanwhile(*values: Any, **fields: Any) -> None:
        """Let the worker in between our look at the index and our row."""
        if not other.ident:
            other.start()
            other.join(timeout=2)
        begin(*values, **fields)

    monkeypatch.setattr(IndexEntry, "__init__", write_meanwhile)
    index.add(upload)
    if other.ident:
        other.join()
    assert not failed
    assert [one.pk for one in get_search_backend().search("ferry", Attachment)] == [upload.pk]
