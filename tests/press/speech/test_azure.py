"""A cloud engine asks again where it makes sense, says what is wrong otherwise, and keeps its key to itself."""

from __future__ import annotations

import json
import logging
import sys
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from masthead.press.shelf import Shelf
from masthead.press.speech import recording
from masthead.press.speech.engines import Stumbled, Unavailable, Utterance, voice_for
from tests.press.speech import people

PACKAGE = Path(__file__).resolve().parents[3] / "plugins" / "azure-voice"
KEY = "k3y-that-nobody-may-see"
SAID = Utterance("The water left slowly.", "en-GB-SoniaNeural")


@dataclass
class Cloud:
    """A server of ours on this machine that answers as Azure does."""

    address: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """What it answers first; then it says everything."""
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    told = Cloud()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            words = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.asked.append(
                (self.path, {name.lower(): value for name, value in self.headers.items()}, words)
            )
            code, headers = told.answers.pop(0) if told.answers else (200, {})
            text = "".join(ElementTree.fromstring(words).itertext())  # noqa: S314 - ours.
            moments = np.arange(24_000 * max(8, len(text)) // 20)
            sound = (
                (8000 * np.sin(moments * (200 + len(text)) / 24_000 * 6.28)).astype("<i2").tobytes()
            )
            body = (
                sound
                if code == 200
                else json.dumps({"key": self.headers.get("Ocp-Apim-Subscription-Key")}).encode()
            )
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    told.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def azure(cloud, monkeypatch):
    monkeypatch.syspath_prepend(str(PACKAGE))
    from masthead_azure_voice import Azure

    waited: list[float] = []

    def azure(**changed):
        environment = {"AZURE_SPEECH_KEY": KEY, "AZURE_SPEECH_REGION": "westeurope"} | changed
        engine = Azure(environment, address=cloud.address, wait=waited.append)
        engine.waited = waited
        return engine

    yield azure
    sys.modules.pop("masthead_azure_voice", None)


def test_a_sentence_comes_back_as_sound_and_the_same_one_the_same(azure):
    engine = azure()
    speech = engine.say(SAID)
    assert speech.samples.dtype == np.float32
    assert 0.5 < len(speech.samples) / speech.rate < 10
    assert 0.01 < np.abs(speech.samples).max() <= 1
    assert np.array_equal(engine.say(SAID).samples, speech.samples)


def test_a_whole_article_is_read_and_nothing_is_paid_for_twice(azure, cloud, tmp_path):
    engine, shelf = azure(), Shelf(tmp_path / "kept")
    said = people.script(people.PASSAGE[:2])

    def read() -> recording.Recording:
        voice = voice_for(engine.voices(), "en-GB").id
        return recording.read_aloud(
            said, engine, lambda _language: voice, tmp_path / "a.mp3", tags={}, shelf=shelf
        )

    assert read().said == len(said)
    assert read().said == 0
    assert len(cloud.asked) == len(said)


def test_whatever_is_written_is_only_said(azure, cloud):
    text = "</voice><break time='9s'/> & \x00 “yes” \U0001f600"
    azure().say(Utterance(text, SAID.voice, rate=1.25))
    (path, headers, words), = cloud.asked  # fmt: skip
    assert path == "/cognitiveservices/v1"
    assert headers["x-microsoft-outputformat"] == "raw-24khz-16bit-mono-pcm"
    (voice,) = ElementTree.fromstring(words)  # noqa: S314 - ours.
    (prosody,) = voice
    assert voice.get("name") == SAID.voice
    assert prosody.get("rate") == "+25%"
    assert len(prosody) == 0
    assert prosody.text == text.replace("\x00", "")


@pytest.mark.parametrize("code", [429, 500, 503])
def test_where_it_is_busy_or_down_it_is_asked_again_and_at_last_given_up(azure, cloud, code):
    engine = azure()
    cloud.answers = [(code, {"Retry-After": "7"}), (code, {})]
    assert len(engine.say(SAID).samples)
    assert engine.waited == [7, 2]
    cloud.answers = [(code, {"Retry-After": "99999"})] * 3
    with pytest.raises(Stumbled, match=f"answered {code}"):
        engine.say(SAID)
    assert max(engine.waited) <= 30
    assert len(cloud.asked) == 6


@pytest.mark.parametrize("code", [401, 403])
def test_a_key_that_is_refused_is_told_once_and_not_shown(azure, cloud, code, caplog):
    caplog.set_level(logging.DEBUG)
    cloud.answers = [(code, {})]
    engine = azure()
    with pytest.raises(Unavailable, match="AZURE_SPEECH_KEY") as told:
        engine.say(SAID)
    assert len(cloud.asked) == 1
    assert engine.waited == []
    seen = f"{told.value!r} {told.value.__cause__!r} {caplog.text} {engine!r} {engine.revision}"
    assert KEY not in seen


def test_the_key_goes_to_azure_alone(azure, cloud, tmp_path):
    engine, shelf = azure(), tmp_path / "kept"
    for code in (302, 307):
        cloud.answers = [(code, {"Location": "http://127.0.0.1:9/elsewhere"})]
        with pytest.raises(Stumbled, match=str(code)):
            engine.say(SAID)
    recording.read_aloud(
        people.script(["It left."]), engine, lambda _language: SAID.voice, tmp_path / "a.mp3",
        tags={}, shelf=Shelf(shelf),
    )  # fmt: skip
    assert cloud.asked[-1][1]["ocp-apim-subscription-key"] == KEY
    for file in [*shelf.iterdir(), tmp_path / "a.mp3"]:
        assert KEY.encode() not in file.read_bytes()
        assert KEY not in file.name
    assert KEY not in cloud.asked[-1][2]


def test_another_key_is_not_another_voice(azure):
    assert azure().revision == azure(AZURE_SPEECH_KEY="other").revision


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"AZURE_SPEECH_KEY": ""}, "AZURE_SPEECH_KEY"), ({"AZURE_SPEECH_KEY": "a\nb"}, "AZURE_SPEECH_KEY"),
     ({"AZURE_SPEECH_REGION": ""}, "AZURE_SPEECH_REGION"),
     ({"AZURE_SPEECH_REGION": "evil.example/"}, "AZURE_SPEECH_REGION"),
     ({"AZURE_SPEECH_VOICES": "en-GB"}, "AZURE_SPEECH_VOICES")],
)  # fmt: skip
def test_what_is_not_set_up_says_what_to_do(azure, cloud, changed, told):
    engine = azure(**changed)
    with pytest.raises(Unavailable, match=told):
        list(engine.voices())
    assert not cloud.asked


def test_where_nobody_answers_it_is_tried_three_times(azure, cloud):
    cloud.address = "http://127.0.0.1:9"
    engine = azure()
    with pytest.raises(Stumbled, match="asked again later"):
        engine.say(SAID)
    assert len(engine.waited) == 2


def test_it_is_offered_by_its_package_and_by_no_other(azure):
    told = tomllib.loads((PACKAGE / "pyproject.toml").read_text())
    assert told["project"]["entry-points"] == {
        "masthead.speech_engines": {"azure": "masthead_azure_voice:Azure"}
    }
    ours = tomllib.loads((PACKAGE.parents[1] / "pyproject.toml").read_text())
    assert "azure" not in json.dumps(ours["project"])
