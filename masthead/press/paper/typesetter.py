"""What runs in the typesetter's own process: reads its orders, writes a PDF, says what it found.

Orders come in as JSON. Out goes a JSON object: `letters` that no face has, and `faults`,
sentences, both empty when all went well; and `places`, where room was left. A warning is a
fault: the engine warns of missing fonts and pictures and goes on.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from masthead.press.paper import balance, insertions

MOST_PASSES = 8
"""What is let in moves what follows, and that may move it again; but not for ever."""

MOST_LETTERS = 10
"""Of those that no face has: more are not looked for at once."""

_LACKING = re.compile(r"the text `\"(.+)\"` could not be displayed", re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


class Faults(Exception):
    """What keeps the pages from being made, a sentence each."""


class Letters(Exception):
    """Letters that no face has."""


def main(root: Path) -> int:
    """Typeset what lies in `root` as ordered; return 0 even when there are faults to tell of."""
    orders = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (orders["bytes"], orders["bytes"]))
    # The second is for who does not hear the first, and is told by nobody.
    resource.setrlimit(resource.RLIMIT_CPU, (orders["seconds"], orders["seconds"] + 5))
    answer: dict[str, Any] = {"letters": [], "faults": [], "places": []}
    try:
        answer["places"] = _typeset(root, orders)
    except typst.TypstError as error:
        letter = _letter_in(error)
        answer["letters" if letter else "faults"] = [letter or _told(error)]
    except insertions.CannotPlace as refusal:
        answer["faults"] = [str(refusal)]
    except Faults as faults:
        answer["faults"] = list(faults.args)
    except Letters as lacking:
        answer["letters"] = list(lacking.args)
    json.dump(answer, sys.stdout)
    return 0


def _typeset(root: Path, orders: dict[str, Any]) -> list[dict[str, Any]]:
    """Write the PDF and return where room was left."""
    # The engine's own faces step in for signs that ours lack, and set code.
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=orders["faces"]
    )
    if lacking := _lacking(root, fonts, orders["letters"]):
        raise Letters(*lacking)
    compiler = typst.Compiler(
        str(root / orders["template"]),
        root=str(root),
        font_paths=fonts,
        package_path=str(root / "no-packages"),
    )
    planned = [insertions.Insertion(**one) for one in orders["planned"]]
    plan = insertions.first_plan(planned)
    _write(root, plan)
    values = json.loads((root / "issue.json").read_text("utf-8"))
    _shorten(root, values, {})
    if orders["multiple"]:
        plan = _planned(compiler, root, values, plan, planned, orders)
    _balance(compiler, root, values)
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


# --- What others supply -----------------------------------------------------


def _planned(
    compiler: typst.Compiler,
    root: Path,
    values: dict[str, Any],
    plan: insertions.Plan,
    planned: list[insertions.Insertion],
    orders: dict[str, Any],
) -> insertions.Plan:
    """Return the plan that gives itself again; it lies in `root`."""
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
        ends=[insertions.End(**end) for end in found["ends"]],
        pictures=[(page, height) for page, height in found["pictures"]],
    )


# --- Last pages -------------------------------------------------------------


def _balance(compiler: typst.Compiler, root: Path, values: dict[str, Any]) -> None:
    """Shorten the last page of each article by what is to spare there."""
    before = _pages(compiler)
    attempts = balance.first_attempts(values, before)
    for number in range(balance.MOST_PASSES):
        if not attempts:
            return
        _shorten(root, values, attempts)
        refused = balance.refused(before, _pages(compiler), attempts)
        if not refused:
            return
        for key in refused:
            if number < balance.MOST_PASSES - 2:
                attempts[key].less()
            else:
                attempts[key].lines = 0


def _shorten(root: Path, values: dict[str, Any], attempts: dict[str, balance.Attempt]) -> None:
    line = values["tokens"]["baseline"]["paper"]
    told = {key: one.lines * line for key, one in attempts.items()}
    (root / "shortened.json").write_text(json.dumps(told), encoding="utf-8")


# --- Letters ----------------------------------------------------------------


def _lacking(root: Path, fonts: typst.Fonts, letters: list[str]) -> list[str]:
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


def _are_shown(root: Path, fonts: typst.Fonts, letters: list[str]) -> bool:
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


def _told(found: Exception) -> str:
    said = [getattr(found, "message", "") or str(found), *getattr(found, "hints", [])]
    return " ".join(map(str, said))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
