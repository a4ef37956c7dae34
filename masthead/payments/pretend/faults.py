"""What goes wrong on command: lost replies, silence, errors of the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["refuse", "drop", "hang", "slow", "status"]


@dataclass(slots=True)
class Fault:
    """Something that goes wrong the next few times.

    `refuse` hangs up before anything is done and `drop` after it is done; `hang` answers only
    after ``seconds``, `slow` begins only then. `status` answers an error: at once, or with
    ``done`` after it was done, and then a repeated key is answered by that error, too, as Stripe
    does. ``on`` is part of what is asked, such as `POST refunds`.
    """

    kind: Kind
    seconds: float = 0.0
    status: int = 500
    on: str = "POST"
    times: int = 1
    done: bool = False


class Faults:
    """Those that have been ordered, in order."""

    def __init__(self) -> None:
        """Begin without any."""
        self.waiting: list[Fault] = []

    def order(self, kind: Kind, **more: Any) -> None:
        """Have something go wrong."""
        self.waiting.append(Fault(kind, **more))

    def take(self, asked: str) -> Fault | None:
        """Return what goes wrong with this request, if anything does."""
        for fault in self.waiting:
            if fault.on in asked:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
