"""A stream field whose blocks stay out of migrations."""

from __future__ import annotations

from typing import Any

from wagtail.fields import StreamField


class BodyField(StreamField):
    """A stream field; the shape of its blocks is code, not schema.

    Wagtail copies every block definition into each migration that touches the field. The
    column is JSON whatever the blocks are, so migrations here know only that.
    """

    def __init__(self, block_types: Any = (), **kwargs: Any) -> None:
        """Take the blocks; in a migration there are none."""
        super().__init__(block_types, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Describe the field to a migration without its blocks."""
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
