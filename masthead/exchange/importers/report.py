"""What an import did, and what it could not carry."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class NotCarried:
    """One thing that did not come along: from which file, what, and why, in a sentence."""

    file: str
    reason: str


@dataclass
class Report:
    """What the folder holds and the magazine now has; the same after a second import."""

    published: int = 0
    scheduled: int = 0
    draft: int = 0
    contributors: int = 0
    issues: int = 0
    pictures: int = 0
    not_carried: list[NotCarried] = field(default_factory=list)

    def add(self, file: str, reason: str) -> None:
        """Note what did not come along, once."""
        line = NotCarried(file, reason)
        if line not in self.not_carried:
            self.not_carried.append(line)

    def as_json(self) -> dict[str, Any]:
        """Return the report as the values that `masthead import … --json` prints."""
        return {
            "articles": {
                "published": self.published,
                "scheduled": self.scheduled,
                "draft": self.draft,
            },
            "contributors": self.contributors,
            "issues": self.issues,
            "pictures": self.pictures,
            "not_carried": [asdict(line) for line in sorted(self.not_carried)],
        }
