"""Where files are kept that no address may reach."""

from __future__ import annotations

from typing import NoReturn

from django.core.files.storage import FileSystemStorage


class NoAddress(NotImplementedError, ValueError):
    """The file is private. Django and Wagtail ask for the first kind, and then serve it themselves."""


class PrivateStorage(FileSystemStorage):
    """A folder whose files have no address: a page that asks for one is at fault."""

    def url(self, name: str | None) -> NoReturn:
        """Refuse.

        Raises:
            NoAddress: always.
        """
        raise NoAddress(f"{name} is private and has no address: serve it through the gate.")
