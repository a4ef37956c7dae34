"""eSpeak NG in a process of its own: a line of JSON in, a line of JSON and samples out.

Run as a program; nothing of Masthead is imported, nor does Masthead import this. The engine is
under the GPL, keeps its state in globals and may crash: none of it reaches the process that asks.

In:  {"text": …, "voice": …, "words": words a minute, "pitch": 0–99}
Out: {"rate": Hz, "bytes": n} and n bytes of signed 16-bit samples, or {"error": …}
"""

import ctypes
import json
import os
import sys
from typing import Any

import espeakng_loader

SYNCHRONOUS = 2
UTF8 = 1
WORDS_A_MINUTE, PITCH = 1, 3
CHARACTERS = 1

CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def main() -> None:
    """Answer one request after another until there are no more."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Initialize.argtypes = [
        ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int
    ]  # fmt: skip
    library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
    library.espeak_Synth.argtypes = [
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int,
        ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
    ]  # fmt: skip
    data = espeakng_loader.get_data_path().encode()
    rate = library.espeak_Initialize(SYNCHRONOUS, 0, data, 0)
    samples = bytearray()

    def take(wave: Any, count: int, _events: Any) -> int:
        if wave and count > 0:
            samples.extend(ctypes.string_at(wave, count * 2))
        return 0

    # Kept by a name: nobody else holds it while the engine calls it.
    callback = CALLBACK(take)
    library.espeak_SetSynthCallback(callback)
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        # Each sentence has a copy of the engine to itself, as it was in the beginning: otherwise its
        # sound would depend on the ones before, and the same words would not give the same bytes.
        child = os.fork()
        if child == 0:
            _answer(library, asked, samples, rate)
            os._exit(0)
        _, ended = os.waitpid(child, 0)
        if ended:
            _tell({"error": f"it ended with {ended}"})


def _answer(library: Any, asked: dict[str, Any], samples: bytearray, rate: int) -> None:
    """Say one sentence, and write it out."""
    # A voice that is not there is not told of otherwise: the last one would go on speaking.
    if library.espeak_SetVoiceByName(asked["voice"].encode()) != 0:
        _tell({"error": "voice"})
        return
    library.espeak_SetParameter(WORDS_A_MINUTE, asked["words"], 0)
    library.espeak_SetParameter(PITCH, asked["pitch"], 0)
    text = asked["text"].encode() + b"\0"
    failed = library.espeak_Synth(text, len(text), 0, CHARACTERS, 0, UTF8, None, None)
    library.espeak_Synchronize()
    if failed:
        _tell({"error": f"code {failed}"})
    else:
        _tell({"rate": rate, "bytes": len(samples)}, bytes(samples))


def _tell(told: dict[str, Any], samples: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + samples)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
