"""Piper in a process of its own: a line of JSON in, a line of JSON and samples out.

Run as a program; nothing of Masthead is imported, nor does Masthead import this. Piper is under the GPL.

In:  {"text": …, "voice": path of the .onnx, "rate": 1.0}
Out: {"rate": Hz, "bytes": n} and n bytes of signed 16-bit samples,
     or {"error": "voice" or "sentence", "why": …}
"""

import json
import sys
from typing import Any

import onnxruntime
from piper import PiperVoice, SynthesisConfig

SEED = 20_270_301
"""Voices throw dice for every sentence, which makes them lively; they are to fall alike each time."""


def main() -> None:
    """Answer one request after another until there are no more."""
    voices: dict[str, Any] = {}
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        path = asked["voice"]
        try:
            # Dice are thrown from the session's own seed on: each sentence gets a session of its own,
            # or its sound would depend on the ones before.
            onnxruntime.set_seed(SEED)
            if path not in voices:
                voices = {path: PiperVoice.load(path)}
            else:
                voices[path].session = _session(path)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a file, it is told.
            _tell({"error": "voice", "why": _words(error)})
            voices = {}
            continue
        try:
            _answer(voices[path], asked)
        except Exception as error:  # noqa: BLE001 - the next sentence may go well.
            _tell({"error": "sentence", "why": _words(error)})


def _session(path: str) -> Any:
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def _answer(voice: Any, asked: dict[str, Any]) -> None:
    """Say one sentence, and write it out."""
    how = SynthesisConfig(
        length_scale=voice.config.length_scale / asked["rate"],
        # Or each sentence would be made as loud as it can be.
        normalize_audio=False,
    )
    pieces = list(voice.synthesize(asked["text"], how))
    samples = b"".join(piece.audio_int16_bytes for piece in pieces)
    _tell({"rate": voice.config.sample_rate, "bytes": len(samples)}, samples)


def _words(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _tell(told: dict[str, Any], samples: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + samples)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
