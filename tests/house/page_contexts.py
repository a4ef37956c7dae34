"""Writes the reference pages for themes from the dataclasses that they are about.

python -m tests.house.page_contexts
"""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path
from types import ModuleType

from masthead.newsstand import (
    account_pages,
    advertisement_cards,
    issue_pages,
    offer_cards,
    pages,
    search_pages,
    subscribe_pages,
    tokens,
)

REFERENCE = Path(__file__).parents[2] / "docs/reference"

CONTEXTS = """# Page contexts

What each template may use, as `page`. This is the promise to the authors of themes: names
here stay until the changelog says otherwise. Everything is a plain value; a template can
neither ask the database anything nor reach words that its reader may not have.

This page is written by `python -m tests.house.page_contexts`, and a test fails when it is
not up to date.
"""


TOKENS = """# Theme tokens

What a theme decides once, in its `tokens.json`. Screens get these values as custom
properties of CSS: a colour `grey` is `var(--grey)`, a font `label` is `var(--label)`, a size
`h2` is `var(--size-h2)`, a rule `bold` is `var(--rule-bold)`; besides, there are `--line` (the
distance of two lines), `--columns`, `--gutter`, `--margin`, `--widest`, `--hatch`, `--end`
and `--hover`. Sizes grow evenly between a screen of 360 px and one of 1280 px.

These roles must be there: fonts `text` and `label`; colours `paper`, `ink`, `grey`, `hair`,
`lamp` (the accent's ground) and `on-lamp` (words on it); in each scale `label`, `note`,
`text`, `lead`, `h3`, `quote`, `h2`, `h1`, `plate` and `figure`. More may be added. In the
file, `from_` is written `from`.

This page is written by `python -m tests.house.page_contexts`, and a test fails when it is
not up to date.
"""


def described(head: str, *modules: ModuleType) -> str:
    """Return a page that lists the dataclasses of modules."""
    lines = [head]
    found = [
        (name, kind)
        for module in modules
        for name, kind in inspect.getmembers(module, dataclasses.is_dataclass)
        if kind.__module__ == module.__name__
    ]
    for name, kind in found:
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


def written() -> dict[Path, str]:
    """Return each page as it should be."""
    return {
        REFERENCE / "page-contexts.md": described(
            CONTEXTS,
            pages,
            issue_pages,
            search_pages,
            advertisement_cards,
            offer_cards,
            subscribe_pages,
            account_pages,
        ),
        REFERENCE / "theme-tokens.md": described(TOKENS, tokens),
    }


if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
