"""Find a part by the short name its package announced."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any


class UnknownPart(LookupError):
    """No single installed package announces that name; the message says which do."""


def load(group: str, name: str) -> Any:
    """Return the object announced as `name` under the entry points `masthead.<group>`.

    Only the part asked for is imported: a package that is installed but not named in the
    settings never runs.

    Raises:
        UnknownPart: nobody announces the name, or two packages do.
    """
    announced = entry_points(group=f"masthead.{group}")
    # An editable installation may announce itself twice, with the same words.
    matches = {part for part in announced if part.name == name}
    if len(matches) == 1:
        return matches.pop().load()
    known = ", ".join(sorted(announced.names)) or "none"
    if matches:
        packages = ", ".join(sorted(part.value for part in matches))
        raise UnknownPart(
            f"Several packages announce {name!r} for {group}: {packages}. Uninstall all but one."
        )
    raise UnknownPart(
        f"Nothing called {name!r} is installed for {group} (known: {known}). "
        "Install the package that brings it, or name another."
    )
