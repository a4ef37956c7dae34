"""What runs in the typesetter's own process: reads its orders, writes a PDF, says what it found.

Orders come in as JSON; out goes JSON: ``faults``, a list of sentences, empty when all went well,
and ``places``, where room was left. A warning is a fault: the engine warns of missing fonts and
pictures and goes on.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from masthead.press.paper import insertions
from masthead.press.paper.engine import FONTS, LONGEST_SECONDS, MOST_BYTES

MOST_PASSES = 8
"""What is let in moves what follows, and that may move it again; but not for ever."""


class Faults(Exception):
    """What keeps the pages from being made, a sentence each."""


def main(root: Path) -> int:
    """Typeset what lies in `root` as ordered; return 0 even when there are faults to tell of."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_SECONDS, LONGEST_SECONDS))
    said: dict[str, Any] = {"faults": [], "places": []}
    try:
        said["places"] = _typeset(root, json.load(sys.stdin))
    except typst.TypstError as error:
        said["faults"] = [_told(error)]
    except insertions.CannotPlace as refusal:
        said["faults"] = [str(refusal)]
    except Faults as faults:
        said["faults"] = list(faults.args)
    json.dump(said, sys.stdout)
    return 0


def _typeset(root: Path, orders: dict[str, Any]) -> list[dict[str, Any]]:
    """Write the PDF and return where room was left."""
    compiler = typst.Compiler(
        str(root / orders["template"]),
        root=str(root),
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
        ),
        package_path=str(root / "no-packages"),
    )
    planned = [insertions.Insertion(**one) for one in orders["planned"]]
    plan = insertions.first_plan(planned)
    _write(root, plan)
    if orders["multiple"]:
        plan = _planned(compiler, root, plan, planned, orders)
    pdf, warnings = compiler.compile_with_warnings(
        format="pdf",
        pdf_standards=["ua-1"] if orders["accessible"] else [],
        pdf_tags=orders["accessible"],
        timestamp=datetime.fromisoformat(orders["at"]),
    )
    if warnings or not isinstance(pdf, bytes):
        raise Faults(*map(_told, warnings))
    pages = _pages(compiler)
    if astray := insertions.misplaced(plan, planned, pages):
        raise Faults(*astray)
    Path(orders["made"]).write_bytes(pdf)
    return [asdict(place) for place in pages.places]


def _planned(
    compiler: typst.Compiler,
    root: Path,
    plan: insertions.Plan,
    planned: list[insertions.Insertion],
    orders: dict[str, Any],
) -> insertions.Plan:
    """Return the plan that gives itself again; it lies in `root`."""
    values = json.loads((root / "issue.json").read_text("utf-8"))
    for _number in range(MOST_PASSES):
        following = insertions.next_plan(
            values,
            plan,
            _pages(compiler),
            planned,
            orders["multiple"],
            cover_apart=orders["cover_apart"],
        )
        if following == plan:
            return plan
        plan = following
        _write(root, plan)
    # What does not come to rest is found by looking where everything stands.
    return plan


def _write(root: Path, plan: insertions.Plan) -> None:
    (root / "plan.json").write_text(json.dumps(plan.values()), encoding="utf-8")


def _pages(compiler: typst.Compiler) -> insertions.Pages:
    """Return what a pass comes to, without writing it."""
    told = json.loads(compiler.query("<pages>", field="value"))
    if not told:
        return insertions.Pages(0, {}, [], [])
    found = told[0]
    return insertions.Pages(
        count=found["count"],
        articles=dict(found["articles"]),
        starts=[insertions.Start(**start) for start in found["starts"]],
        places=[insertions.Place(**place) for place in found["places"]],
    )


def _told(found: Exception) -> str:
    said = [getattr(found, "message", "") or str(found), *getattr(found, "hints", [])]
    return " ".join(map(str, said))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
