"""Taking what cameras write into pictures out of what readers get.

Photographs carry places, names and serial numbers; the library has its own fields for
what should be known. Willow would copy them into every rendition.
"""

from __future__ import annotations

from typing import Any

from wagtail.images.image_operations import FilterOperation

OPERATION = "nometadata"
KEPT = frozenset({"icc_profile", "transparency", "gamma", "loop", "duration", "background"})
"""What the pixels cannot be understood without."""


class ForgetMetadata(FilterOperation):
    """An image filter that keeps the pixels and their colours, and nothing else."""

    vary_fields = ()

    def construct(self) -> None:
        """Take no arguments."""

    def run(self, willow: Any, image: Any, env: dict[str, Any]) -> Any:
        """Return the picture without its metadata; vectors pass unchanged."""
        pixels = getattr(willow, "image", None)
        if pixels is not None and hasattr(pixels, "info"):
            pixels.info = {name: pixels.info[name] for name in pixels.info.keys() & KEPT}
        return willow
