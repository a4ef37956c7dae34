"""Where files are kept that no address may reach."""

from __future__ import annotations

from typing import NoReturn

from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """A folder whose files have no address: a page that asks for one is at fault."""

    def url(self, name: str | None) -> NoReturn:
        """Refuse.

        Raises:
            ValueError: always.
        """
        raise ValueError(f"{name} is private and has no address: serve it through the gate.")
