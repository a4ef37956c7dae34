"""`masthead narrate` reads an article, or a whole issue, aloud."""

import json

import av
import pytest


@pytest.fixture
def copied(masthead, founded, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "no-1.md").write_text("---\nkind: issue\nnumber: 1\ncover_date: 2027-03-01\n---\n")
    for name, words in (("tide", "It came in at noon. It left at six."), ("pier", "It held.")):
        (copy / f"{name}.md").write_text(
            f"---\ntitle: The {name}\nissue: no-1\n---\n\n{words}\n\n![Not this](x.png)\n"
        )
    assert masthead("import", "markdown", copy, cwd=founded).returncode == 0
    return founded


def test_an_issue_is_read_aloud_and_once_more_with_the_same_bytes(masthead, copied, tmp_path):
    out = tmp_path / "out"
    result = masthead("narrate", "no-1", "--out", out, cwd=copied)
    assert result.returncode == 0, result.stderr
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
    result = masthead("narrate", "tide", "--out", out, cwd=copied)
    assert result.returncode == 0, result.stderr
    assert (out / "tide.mp3").read_bytes() == first


def test_what_cannot_be_found_is_told_and_nothing_is_written(masthead, copied, tmp_path):
    result = masthead("narrate", "no-9", "--out", tmp_path / "no", cwd=copied)
    assert result.returncode == 2
    assert "There is no issue called no-9." in result.stderr
    assert not (tmp_path / "no").exists()
