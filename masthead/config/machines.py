"""What follows from it when a magazine has outgrown one machine.

Files in an object storage, a queue and a cache that all machines share, and the depot between
the press and the nodes (`production/depot.py`): three sections of `masthead.toml`. Nothing of it is
imported by who leaves them out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from masthead.config.installation import Installation


def storages(installation: Installation) -> dict[str, dict[str, Any]]:
    """Return where files are kept: in folders here, or in the object storage."""
    if not installation.storage.bucket:
        private = _folder("masthead.config.storage.PrivateStorage", installation.private)
        return {
            # What anybody may fetch: renditions of pictures, and nothing else.
            "public": _folder(
                "django.core.files.storage.FileSystemStorage",
                installation.media,
                base_url="/media/",
            ),
            # Originals and documents. Without an address: `url` raises, so no page can link there.
            "private": private,
            # Whatever a package stores without asking where, such as an upload that waits for its title.
            "default": private,
        }
    private = _objects(installation, "PrivateObjects", "private")
    return {
        "public": _objects(installation, "PublicObjects", "media"),
        "private": private,
        "default": private,
        # Words on their way to the nodes; what has the same name is the same.
        "pages": _objects(installation, "PageObjects", "pages", file_overwrite=True),
    }


def _folder(backend: str, location: Path, **options: Any) -> dict[str, Any]:
    return {"BACKEND": backend, "OPTIONS": {"location": location, **options}}


def _objects(
    installation: Installation, kind: str, location: str, **options: Any
) -> dict[str, Any]:
    chosen = installation.storage
    return {
        "BACKEND": f"masthead.config.objects.{kind}",
        "OPTIONS": {
            "bucket_name": chosen.bucket,
            "endpoint_url": chosen.endpoint or None,
            "region_name": chosen.region or None,
            # Without these the library looks for a role that the machine has been given.
            "access_key": installation.storage_key or None,
            "secret_key": installation.storage_secret or None,
            "location": location,
            "file_overwrite": False,
            **options,
        },
    }


def cache(installation: Installation) -> dict[str, Any]:
    """Return what all processes remember for a while, on this machine or on all of them.

    Who knocks too often is counted here. Files or Redis rather than a table, since Wagtail
    asks this cache with every page, and pages ask no table for it.
    """
    if installation.redis.url:
        return {
            "BACKEND": "masthead.config.cache.CacheOfAllMachines",
            "LOCATION": installation.redis.url,
            "KEY_PREFIX": "masthead",
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
        }
    return {
        "BACKEND": "masthead.config.cache.SharedCache",
        "LOCATION": installation.cache,
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }


def tasks(installation: Installation) -> dict[str, Any]:
    """Return the queue: a table, and Redis to wake those who work where there are many."""
    backend = "masthead.production.celery_tasks.CeleryBackend"
    if not installation.redis.url:
        backend = "django_tasks_db.DatabaseBackend"
    return {"BACKEND": backend, "QUEUES": []}
