"""Writes docs/reference/page-contexts.md from the dataclasses that templates get.

python -m tests.house.page_contexts
"""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path

from masthead.newsstand import pages

PAGE = Path(__file__).parents[2] / "docs/reference/page-contexts.md"

HEAD = """# Page contexts

What each template may use, as `page`. This is the promise to the authors of themes: names
here stay until the changelog says otherwise. Everything is a plain value; a template can
neither ask the database anything nor reach words that its reader may not have.

This page is written by `python -m tests.house.page_contexts`, and a test fails when it is
not up to date.
"""


def contexts() -> str:
    """Return the page as it should be."""
    lines = [HEAD]
    for name, kind in inspect.getmembers(pages, dataclasses.is_dataclass):
        if kind.__module__ != pages.__name__:
            continue
        lines += [
            f"## {name}",
            "",
            inspect.cleandoc(kind.__doc__ or ""),
            "",
            "| Field | Type |",
            "|---|---|",
        ]
        for field in dataclasses.fields(kind):
            kind_text = str(field.type).replace("|", "\\|")
            lines.append(f"| `{field.name}` | `{kind_text}` |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(contexts(), encoding="utf-8")
