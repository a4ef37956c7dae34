"""What sections of `masthead.toml` need of one another, and of what is installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Any

EXTRA = "Install it with: pip install 'masthead[nodes]'"


def complaints(sections: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what is missing for several machines: which key, what of it, and how to mend it."""
    nodes, storage, redis = sections["nodes"], sections["storage"], sections["redis"]
    url, bucket, shared = sections["database"].url, storage.bucket, redis.url
    if nodes.several:
        for missing, where, mend in (
            (not url, "[database] url", "Name a PostgreSQL database."),
            (not bucket, "[storage] bucket", "Name a bucket of an object storage."),
            (not shared, "[redis] url", "Name a Redis server."),
        ):
            if missing:
                yield where, "is missing, and [nodes] several is true.", mend
    elif shared and not url:
        yield (
            "[redis] url",
            "is set, but the queue is in this machine's SQLite, where no other can reach it.",
            "Name a PostgreSQL database under [database], or remove that line.",
        )
    for wanted, where, package in (
        (bucket, "[storage] bucket", "storages"),
        (shared, "[redis] url", "celery"),
        (shared, "[redis] url", "redis"),
    ):
        if wanted and find_spec(package) is None:
            yield where, f"is set, but the package {package} is missing.", EXTRA
