"""The index of the office's search, which a request and the worker may write in the same moment.

Wagtail indexes what was uploaded in the request, to have its tags, and once more in a task. On
SQLite its backend looks whether there is a row before it writes one, and whoever came second
failed: the editor's upload was an error of the server. Here the look and the row are one
transaction, and SQLite lets one write after the other. PostgreSQL needs none of it.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from modelsearch.backends import database


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - Wagtail looks for this name.
    """Return the backend of the database in use, safe when two write to it at once."""
    backend = database.SearchBackend(params)
    if connection.vendor == "sqlite" and database.USE_SQLITE_FTS:
        backend.index_class = _one_after_the_other(backend.index_class)
    return backend


def _one_after_the_other(index: Any) -> Any:
    class OneAfterTheOther(index):  # type: ignore[misc]
        """Adds what is to be found in a transaction of its own, which holds the only lock."""

        def add_items(self, model: Any, objs: Any) -> None:
            with transaction.atomic(using=self.write_connection.alias):
                super().add_items(model, objs)

    return OneAfterTheOther
