"""Files in an object storage that speaks as Amazon's S3 does, where `[storage] bucket` names one.

The bucket is private: nothing in it has an address that leads around the house. What anybody
may fetch is fetched at `/media/`, as from a folder.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from masthead.config.storage import NoAddress


class PublicObjects(S3Storage):
    """Pictures in the sizes that readers get."""

    def url(self, name: str, *_options: Any, **_more: Any) -> str:
        """Return the address at this house."""
        return f"{settings.MEDIA_URL}{filepath_to_uri(name) or ''}"


class PrivateObjects(S3Storage):
    """Files without an address: a page that asks for one is at fault."""

    def url(self, name: str, *_options: Any, **_more: Any) -> NoReturn:
        """Refuse.

        Raises:
            NoAddress: always.
        """
        raise NoAddress(f"{name} is private and has no address: serve it through the gate.")
