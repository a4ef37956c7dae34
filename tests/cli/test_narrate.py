"""`masthead narrate` reads an article, or a whole issue, aloud."""

import json
import sys

import av
import pytest


@pytest.fixture
def copied(masthead, founded, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "no-1.md").write_text("---\nkind: issue\nnumber: 1\ncover_date: 2027-03-01\n---\n")
    for name, words in (("tide", "It came in at noon. It left at six."), ("pier", "It held.")):
        (copy / f"{name}.md").write_text(
            f"---\ntitle: The {name}\nissue: no-1\ndate: 2026-01-05\n---\n\n{words}\n\n![Not this](x.png)\n"
        )
    assert masthead("import", "markdown", copy, cwd=founded).returncode == 0
    return founded


def test_an_issue_is_read_aloud_and_once_more_with_the_same_bytes(masthead, copied, tmp_path):
    out = tmp_path / "out"
    result = masthead("narrate", "no-1", "--together", "--out", out, cwd=copied)
    assert result.returncode == 0, result.stderr
    chapters = json.loads((out / "no-1-chapters.json").read_text())["chapters"]
    assert {one["title"] for one in chapters} == {"The tide", "The pier"}
    with av.open(str(out / "no-1.mp3")) as container:
        assert len(container.chapters()) == 2
        assert container.duration / av.time_base > chapters[1]["startTime"] > 0
    for name in ("no-1.mp3", "no-1-chapters.json"):
        (out / name).unlink()
    files = sorted(file.name for file in out.iterdir())
    assert files == [
        f"{name}.{ending}" for name in ("pier", "tide") for ending in ("json", "mp3", "vtt")
    ]
    with av.open(str(out / "tide.mp3")) as container:
        assert container.metadata["title"] == "The tide"
        seconds = container.duration / av.time_base
    times = json.loads((out / "tide.json").read_text())
    assert 0 < times[0]["t0"] < times[-1]["t1"] < seconds
    captions = (out / "tide.vtt").read_text()
    assert "It came in at noon." in captions
    assert "Not this" not in captions
    first = (out / "tide.mp3").read_bytes()
    assert masthead("narrate", "tide", "--together", cwd=copied).returncode == 2
    result = masthead("narrate", "tide", "--out", out, cwd=copied)
    assert result.returncode == 0, result.stderr
    assert (out / "tide.mp3").read_bytes() == first


def test_what_cannot_be_found_is_told_and_nothing_is_written(masthead, copied, tmp_path):
    result = masthead("narrate", "no-9", "--out", tmp_path / "no", cwd=copied)
    assert result.returncode == 2
    assert "There is no issue called no-9." in result.stderr
    assert not (tmp_path / "no").exists()


PROGRAM = """
import sys, wave
with wave.open(sys.argv[2], "wb") as out:
    out.setnchannels(1)
    out.setsampwidth(2)
    out.setframerate(16000)
    for moment in range(16000):
        level = 9000 if moment // 40 % 2 else -9000
        out.writeframes(level.to_bytes(2, "little", signed=True))
"""


def test_a_program_of_ones_own_reads_and_where_it_cannot_the_voice_that_is_always_there_does(
    masthead, copied, tmp_path
):
    program = tmp_path / "say.py"
    program.write_text(PROGRAM)
    written = (copied / "masthead.toml").read_text()

    def read(command: list[str], languages: str) -> tuple[str, int]:
        section = f'[speech]\nengine = "command"\ncommand = {json.dumps(command)}\n'
        (copied / "masthead.toml").write_text(f"{written}\n{section}languages = {languages}\n")
        result = masthead("narrate", "pier", "--out", tmp_path / "out", cwd=copied)
        assert result.returncode == 0, result.stderr
        return result.stdout, len((tmp_path / "out" / "pier.mp3").read_bytes())

    words = [sys.executable, str(program), "{text}", "{out}"]
    told, size = read(words, '["en"]')
    assert "instead" not in told
    told, other = read(words, '["fr"]')
    assert "has no voice for the language “en" in told
    assert "It was read by eSpeak NG instead." in told
    assert other != size
    told, _ = read(["no-such-program"], '["en"]')
    assert "no-such-program, which is not there" in told


def test_an_engine_that_nobody_offers_is_told_with_those_that_there_are(masthead, copied):
    with (copied / "masthead.toml").open("a") as file:
        file.write('\n[speech]\nengine = "parrot"\n')
    result = masthead("narrate", "pier", cwd=copied)
    assert result.returncode == 2
    assert "no engine called “parrot”" in result.stderr
    assert "command, espeak-ng" in result.stderr


def test_what_readers_cannot_hear_is_listed_and_asked_for(masthead, copied):
    result = masthead("narrate", "--exceptions", "--json", cwd=copied)
    assert result.returncode == 0, result.stderr
    listed = json.loads(result.stdout)
    assert {(one["slug"], one["state"], one["heard"]) for one in listed} == {
        ("tide", "waiting", False),
        ("pier", "waiting", False),
    }
    told = masthead("narrate", "--exceptions", cwd=copied).stdout
    assert "tide: waiting" in told
    assert "Asked for: 2." in masthead("narrate", "--anew", cwd=copied).stdout
    assert "Asked for: 0." in masthead("narrate", "--missing", cwd=copied).stdout
    for wrong in ([], ["tide", "--anew"], ["--json"]):
        result = masthead("narrate", *wrong, cwd=copied)
        assert result.returncode == 2
        assert "Nothing was read aloud." in result.stderr
