"""What runs in the typesetter's own process: reads its orders, writes a PDF, says what it found.

Orders come in as JSON; what went wrong goes out as a JSON list of sentences, empty when all
went well. A warning is a fault: the engine warns of missing fonts and pictures and goes on.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import datetime
from pathlib import Path

from masthead.press.paper.engine import FONTS, LONGEST_SECONDS, MOST_BYTES


def main(root: Path) -> int:
    """Typeset `root`/issue.typ as ordered; return 0 even when there are faults to tell of."""
    import typst

    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_SECONDS, LONGEST_SECONDS))
    orders = json.load(sys.stdin)
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
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
        json.dump([_told(error)], sys.stdout)
        return 0
    if pdf is not None and not warnings:
        Path(orders["made"]).write_bytes(pdf)
    json.dump([_told(warning) for warning in warnings], sys.stdout)
    return 0


def _told(found: Exception) -> str:
    said = [getattr(found, "message", "") or str(found), *getattr(found, "hints", [])]
    return " ".join(map(str, said))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
