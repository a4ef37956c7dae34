"""The typesetter, in a process of its own: with limits, without a network, never half done."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any

from masthead.press.paper import letters
from masthead.press.paper.insertions import Insertion, Place

TEMPLATES = Path(__file__).parent / "typst"
FONTS = Path(__file__).parent / "fonts"

LONGEST_SECONDS = 120
MOST_BYTES = 4 * 1024**3
"""Of addresses, not of memory in use: the engine maps its fonts and pictures."""

OVER_LIMIT = (-signal.SIGXCPU,)
"""How a process ends that has used up its seconds."""


class CannotTypeset(Exception):
    """The typesetter refused, or warned, which is the same: sentences fit to show to editors."""


def typeset(
    values: Mapping[str, Any],
    pictures: Mapping[str, Path],
    out: Path,
    *,
    at: datetime,
    accessible: bool = True,
    planned: Sequence[Insertion] = (),
    multiple: int = 0,
    cover_apart: bool = False,
    faces: Path | None = None,
    template: str = "issue.typ",
) -> list[Place]:
    """Write a PDF of `values`; the same input gives the same bytes.

    Returns:
        Where room was left for what is planned.

    Args:
        values: what the templates read, as `content` makes it.
        pictures: the file of each picture that `values` name, by key; JPEG, PNG or SVG.
        out: where the finished file goes; nothing stands there before it is whole.
        at: the moment written into the file, timezone-aware.
        accessible: ask for PDF/UA-1, which a screen reader needs and a press does not.
        planned: what others supply, to leave room for.
        multiple: bring the pages to a multiple of this many before the back cover; 0: do not.
        cover_apart: see `insertions.next_plan`.
        faces: a folder of faces beside our own.
        template: which of ours sets it.

    Raises:
        CannotTypeset: something is missing, or took too long or too much. `out` is untouched.
    """
    with tempfile.TemporaryDirectory(prefix="masthead-paper-") as folder:
        root = Path(folder)
        for one in TEMPLATES.glob("*.typ"):
            shutil.copy(one, root)
        named = {}
        for number, (key, file) in enumerate(sorted(pictures.items())):
            named[key] = f"/picture-{number}{file.suffix.lower()}"
            shutil.copy(file, root / named[key][1:])
        issue = json.dumps({**values, "pictures": named}, ensure_ascii=False)
        (root / "issue.json").write_text(issue, encoding="utf-8")
        made = root / "out.pdf"
        orders = {
            "made": str(made),
            "at": at.isoformat(),
            "accessible": accessible,
            "planned": [asdict(one) for one in planned],
            "multiple": multiple,
            "cover_apart": cover_apart,
            "faces": [str(FONTS), *([str(faces)] if faces else [])],
            "template": template,
            "bytes": MOST_BYTES,
            "seconds": ceil(LONGEST_SECONDS),
            "letters": letters.unsure(values),
        }
        answer = _run(root, orders)
        if faults := [*letters.where(values, answer["letters"]), *answer["faults"]]:
            raise CannotTypeset("\n".join(faults))
        put(made, out)
    return [Place(**place) for place in answer["places"]]


def put(made: Path, out: Path) -> None:
    """Put a finished file in its place, in one move: nobody ever finds half of one."""
    beside = out.with_name(f".{out.name}.part")
    try:
        shutil.copy(made, beside)
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)


def _run(root: Path, orders: Mapping[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "masthead.press.paper.typesetter", str(root)]
    # Nothing of ours is told to it: no secrets, no settings, no home.
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, with a folder that we made.
            command,
            input=json.dumps(orders),
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotTypeset(_over_limit()) from error
    if done.returncode in OVER_LIMIT:
        raise CannotTypeset(_over_limit())
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise CannotTypeset(_died(done.returncode, done.stderr)) from error
    return answer


def _over_limit() -> str:
    return (
        f"Typesetting took longer than {LONGEST_SECONDS} seconds and was stopped. "
        "Press fewer articles to find the one at fault."
    )


def _died(code: int, said: str) -> str:
    if "memory" in said.lower():
        return (
            f"Typesetting needed more than {MOST_BYTES // 1024**2} MB of memory and was stopped. "
            "Press fewer articles to find the one at fault."
        )
    if code < 0:
        name = signal.Signals(-code).name
        return (
            f"The typesetter was stopped from outside ({name}), perhaps because the machine ran "
            "out of memory. Nothing was kept of it. Press again."
        )
    last = said.strip().splitlines()[-1:] or ["It said nothing."]
    return f"The typesetter ended with {code}. {last[0]}"
