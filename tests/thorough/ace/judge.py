"""Ask Ace what it thinks of a book, and see that it would say so if something were wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent


def main(book: Path) -> int:
    """Print what Ace finds; return 1 if it does not pass, or lets pass what is wrong."""
    with tempfile.TemporaryDirectory(prefix="masthead-ace-") as folder:
        outcome, found = judge(book, Path(folder, "found"))
        print(f"{book.name}: {outcome}")
        print("\n".join(found))
        broken = Path(folder, "broken.epub")
        break_(book, broken)
        seeded, _found = judge(broken, Path(folder, "seeded"))
        print(f"The same without a word for its pictures: {seeded}")
    return 0 if (outcome, seeded) == ("pass", "fail") else 1


def judge(book: Path, out: Path) -> tuple[str, list[str]]:
    """Return the outcome and each finding; the program ends with 0 whatever it finds."""
    chromium = shutil.which("chromium") or ""
    subprocess.run(
        [str(HERE / "node_modules/.bin/ace-puppeteer"), "-f", "-s", "-o", str(out), str(book)],
        env=os.environ | {"PUPPETEER_EXECUTABLE_PATH": chromium},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    report = json.loads((out / "report.json").read_text("utf-8"))
    found = [
        f"  {page['earl:testSubject']['url']}: {one['earl:test']['dct:title']}"
        for page in report["assertions"]
        for one in page["assertions"]
    ]
    return report["earl:result"]["earl:outcome"], found


def break_(book: Path, out: Path) -> None:
    """Write a copy of a book whose pictures have no alternatives."""
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.endswith(".xhtml"):
                data = re.sub(rb' alt="[^"]*"', b"", data)
            new.writestr(entry, data)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
