"""Orders to the front: what it must know besides pages, for all of them at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Orders:
    """What the front must know besides pages.

    ``leads_only``: closed pages show their lead to everybody, whatever they hold. ``networks``:
    readers from these may read by where they come from, so the house is asked about them.
    """

    leads_only: bool = False
    networks: tuple[str, ...] = ()

    def written(self) -> bytes:
        """Return them as bytes."""
        return json.dumps([self.leads_only, self.networks]).encode()


Change = Callable[[Orders], Orders]
"""What makes orders of those that were given before, and leaves what others have ordered."""


def read_orders(written: bytes) -> Orders:
    """Return the orders that were written; none were ever given where there is nothing."""
    if not written:
        return Orders()
    leads_only, networks = json.loads(written)
    return Orders(bool(leads_only), tuple(networks))
