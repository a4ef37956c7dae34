"""How the command talks: what it says, how it refuses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stop(Exception):
    """The command cannot go on: what is the matter, and what to do next."""

    def __init__(self, what: str, mend: str = "") -> None:
        """Keep both sentences apart, so that they can be set apart."""
        super().__init__(what, mend)
        self.what, self.mend = what, mend


def say(line: str = "") -> None:
    """Print a line for the person at the terminal."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def refuse(what: str, mend: str = "") -> None:
    """Print what is wrong, and how to mend it, where errors go."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
    console.print(what, style="bold red")
    if mend:
        console.print(mend)


@contextmanager
def working(doing: str) -> Iterator[Callable[[str], None]]:
    """Show that something takes its time; say so plainly when nobody watches.

    Yields a function that says which step it has come to, for whoever watches.
    """
    if not sys.stderr.isatty():
        sys.stderr.write(f"{doing} …\n")
        yield lambda step: None
        return
    from rich.console import Console

    with Console(stderr=True).status(doing) as status:
        yield lambda step: status.update(f"{doing}: {step}")
