"""What a machine can see of the house's manners."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Written in pieces, so that this file does not break its own rule.
FORBIDDEN = {
    "a package registry's host": r"py(?:pi)\.org|file" + r"s\.pythonhosted|registry\.np" + r"mjs",
    "a path of somebody's machine": r"(?<![\w.])/(?:ro" + r"ot|wo" + r"rk|Users)/[\w.-]+",
}
TEXT = {".py", ".md", ".toml", ".html", ".css", ".js", ".json", ".txt", ".in", ".yml", ".yaml", ""}


def tracked() -> list[Path]:
    told = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in told.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_names(what):
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        if path.suffix in TEXT
        for match in pattern.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def full_decisions(source: str) -> list[int]:
    """Return the lines that make a decision that opens everything, however it is spelt."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        first = node.args[:1] if name == "Decision" else []
        values = [*first, *(one.value for one in node.keywords if one.arg == "parts")]
        if name in ("Decision", "replace") and any(
            not isinstance(value, ast.Constant) or value.value == "full" for value in values
        ):
            lines.append(node.lineno)
    return lines


def test_only_entitlements_may_open_a_work():
    gate = "masthead/circulation/entitlements.py"
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "masthead").rglob("*.py")
        if full_decisions(path.read_text(encoding="utf-8"))
    }
    assert gate in found, "The test no longer recognises a decision."
    assert found == {gate}


@pytest.mark.parametrize(
    "source",
    [
        'Decision("full", "x")',
        'gate.Decision(parts="full", rule="x")',
        'Decision(whatever, "x")',
        'dataclasses.replace(decision, parts="full")',
    ],
)
def test_the_search_for_decisions_sees_every_spelling(source):
    assert full_decisions(source) == [1]
    assert full_decisions('Decision("lead", "x")') == []
    assert full_decisions("replace(card, headline=headline)") == []


@pytest.mark.parametrize("script", sorted((ROOT / "bin").iterdir()), ids=lambda path: path.name)
def test_every_script_says_what_it_is_for_and_stops_at_errors(script):
    lines = script.read_text().splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert lines[1].startswith("# ")
    assert script.stat().st_mode & 0o111
    assert any(line.startswith("set -") and "u" in line and "pipefail" in line for line in lines)
