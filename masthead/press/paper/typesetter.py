"""What runs in the typesetter's own process: reads its orders, writes a PDF, says what it found.

Orders come in as JSON. What went wrong goes out as a JSON object: `letters` that no face has,
and `faults`, sentences; both empty when all went well. A warning is a fault: the engine warns
of missing fonts and pictures and goes on.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from masthead.press.paper.engine import FONTS

MOST_LETTERS = 10
"""Of those that no face has: more are not looked for at once."""

_LACKING = re.compile(r"the text `\"(.+)\"` could not be displayed", re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def main(root: Path) -> int:
    """Typeset `root`/issue.typ as ordered; return 0 even when there are faults to tell of."""
    import typst

    orders = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (orders["bytes"], orders["bytes"]))
    # The second is for who does not hear the first, and is told by nobody.
    resource.setrlimit(resource.RLIMIT_CPU, (orders["seconds"], orders["seconds"] + 5))
    # The engine's own faces step in for signs that ours lack, and set code.
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)]
    )
    if lacking := _lacking(root, fonts, orders["letters"]):
        return _answer(lacking, [])
    try:
        pdf, warnings = typst.compile_with_warnings(
            str(root / "issue.typ"),
            root=str(root),
            font_paths=fonts,
            format="pdf",
            pdf_standards=["ua-1"] if orders["accessible"] else [],
            pdf_tags=orders["accessible"],
            timestamp=datetime.fromisoformat(orders["at"]),
            package_path=str(root / "no-packages"),
        )
    except typst.TypstError as error:
        letter = _letter_in(error)
        return _answer([letter], []) if letter else _answer([], [_told(error)])
    if pdf is not None and not warnings:
        Path(orders["made"]).write_bytes(pdf)
    return _answer([], [_told(warning) for warning in warnings])


def _lacking(root: Path, fonts: Any, letters: list[str]) -> list[str]:
    """Return those letters that no face has."""
    found: list[str] = []
    if letters and not _are_shown(root, fonts, letters):
        # Which of them, the engine does not always say.
        for letter in letters:
            if not _are_shown(root, fonts, [letter]):
                found.append(letter)
            if len(found) == MOST_LETTERS:
                break
    return found


def _are_shown(root: Path, fonts: Any, letters: list[str]) -> bool:
    import typst

    (root / "letters.json").write_text(json.dumps(letters), encoding="utf-8")
    try:
        # Only for a file that is accessible does the engine refuse a letter.
        typst.compile(
            str(root / "letters.typ"),
            root=str(root),
            font_paths=fonts,
            format="pdf",
            pdf_standards=["ua-1"],
        )
    except typst.TypstError:
        return False
    return True


def _letter_in(error: Exception) -> str:
    """Return the letter that the engine says no face has; empty if it says something else."""
    said = _LACKING.search(_told(error))
    return _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), said[1]) if said else ""


def _answer(letters: list[str], faults: list[str]) -> int:
    json.dump({"letters": letters, "faults": faults}, sys.stdout)
    return 0


def _told(found: Exception) -> str:
    said = [getattr(found, "message", "") or str(found), *getattr(found, "hints", [])]
    return " ".join(map(str, said))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
