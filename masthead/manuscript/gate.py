"""The gate's value types: what was decided, and words that stay shut without a decision.

`circulation.entitlements.may_read()` is the only place that makes a `Decision` of
"full"; a house test sees to it. What stands below circulation only carries decisions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, NoReturn, TypeVar

Parts = Literal["full", "lead", "none"]
T = TypeVar("T")


class GateClosed(PermissionError):
    """Words behind the gate were asked for without a decision that opens them."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one reader may have of one work.

    ``parts`` is how much, ``rule`` the id of the rule that decided (for the log and for
    support), ``offer`` whether the offer should be shown to this reader.
    """

    parts: Parts
    rule: str
    offer: bool = False

    def __bool__(self) -> NoReturn:
        """Refuse: a decision is not a yes or a no, and "lead" must not pass for either."""
        raise TypeError("A Decision is not true or false: look at its parts.")


LEAD_ONLY = Decision("lead", "nobody-asked")
"""What a surface may use that has no reader to ask about, such as a card in a list."""


class Gated(Generic[T]):
    """A value behind the gate.

    It has no text, no repr of its content, no equality and no iteration, so that it
    cannot slip into a page by accident. `open()` is the one way in.
    """

    __slots__ = ("__value",)

    def __init__(self, value: T) -> None:
        """Shut `value` away."""
        self.__value = value

    def open(self, decision: Decision) -> T:
        """Return the value to whoever may have it in full.

        Raises:
            GateClosed: the decision is not for the full work.
        """
        if not isinstance(decision, Decision) or decision.parts != "full":
            raise GateClosed("The gate is closed: this reader may have the lead only.")
        return self.__value

    def __repr__(self) -> str:
        """Say that there is something, not what."""
        return "<Gated>"

    def __str__(self) -> NoReturn:
        """Refuse to become text."""
        raise GateClosed("Gated words have no text: open them with a decision.")

    def __html__(self) -> NoReturn:
        """Refuse to become HTML in a template."""
        raise GateClosed("Gated words have no HTML: open them with a decision.")

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled into a cache."""
        raise GateClosed("Gated words cannot be stored: store what was opened for one reader.")
