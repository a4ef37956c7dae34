"""Files in an object storage that speaks as Amazon's S3 does, where `[storage] bucket` names one.

The bucket is private: nothing in it has an address that leads around the house. What anybody
may fetch is fetched at `/media/`, as from a folder.
"""

from __future__ import annotations

from typing import Any, NoReturn

from botocore.config import Config
from botocore.exceptions import ClientError
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from masthead.config.storage import NoAddress

NOT_FOUND = 404


class Objects(S3Storage):
    """A part of the bucket, spoken to in the way that storages of all makers understand."""

    def __init__(self, **options: Any) -> None:
        """Take what `machines.storages()` says."""
        style = {"addressing_style": "path"} if options.get("endpoint_url") else {}
        # Amazon's newer checksums are refused elsewhere; and nobody waits a minute, Amazon's default.
        config = Config(
            s3=style,
            connect_timeout=3,
            read_timeout=20,
            max_pool_connections=16,
            retries={"mode": "standard", "total_max_attempts": 3},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(**{"client_config": config, **options})


class PublicObjects(Objects):
    """Pictures in the sizes that readers get."""

    def url(self, name: str, *_options: Any, **_more: Any) -> str:
        """Return the address at this house."""
        return f"{settings.MEDIA_URL}{filepath_to_uri(name) or ''}"


class PrivateObjects(Objects):
    """Files without an address: a page that asks for one is at fault."""

    def url(self, name: str, *_options: Any, **_more: Any) -> NoReturn:
        """Refuse.

        Raises:
            NoAddress: always.
        """
        raise NoAddress(f"{name} is private and has no address: serve it through the gate.")


class PageObjects(PrivateObjects):
    """Words of pages, small and fetched by thousands: one request each, where the library makes three."""

    def _open(self, name: str, mode: str = "rb") -> ContentFile[bytes]:
        key = self._normalize_name(clean_name(name))
        try:
            found = self.connection.meta.client.get_object(Bucket=self.bucket_name, Key=key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == NOT_FOUND:
                raise FileNotFoundError(f"There is no {key}.") from error
            raise
        return ContentFile(found["Body"].read(), name=name)
