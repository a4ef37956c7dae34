"""A program of ours that says sentences beside us: a line of JSON in, a line of JSON and samples out.

What it runs may be under another licence, keep its state in globals or crash: none of it reaches us.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess  # nosec B404 - our own workers, started with a fixed command.
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from masthead.press.speech.engines import Speech, Stumbled


class Beside:
    """A worker that is started by the first sentence, and anew by the next where it died."""

    def __init__(self, worker: Path, name: str, longest_seconds: float) -> None:
        """Name the program, the engine as people call it, and how long a sentence may take."""
        self._worker, self._name, self._longest = worker, name, longest_seconds
        self.process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def say(self, asked: dict[str, object], text: str) -> tuple[dict[str, Any], Speech]:
        """Return what it answers, and the sound, which is empty where it answers with an error.

        Raises:
            Stumbled: it died or took too long.
        """
        with self._turn:
            process = self._running()
            watch = threading.Timer(self._longest, _end, [process])
            watch.start()
            try:
                answer, samples = self._ask(process, asked)
            except (OSError, ValueError) as error:
                self._stop()
                raise Stumbled(f"{self._name} stopped at “{text[:60]}”.") from error
            finally:
                watch.cancel()
        sound = np.frombuffer(samples, np.int16).astype(np.float32) / np.float32(32768)
        return answer, Speech(sound, int(answer.get("rate", 0)))

    def stop(self) -> None:
        """End the process, if there is one."""
        with self._turn:
            self._stop()

    def _stop(self) -> None:
        if self.process:
            _end(self.process)
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe:
                    pipe.close()
            self.process = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self._stop()
            # Nothing of ours is told to it: no settings, no secrets.
            environment = {
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": os.pathsep.join(sys.path),
            }
            self.process = subprocess.Popen(  # noqa: S603 - our own worker.
                # Our own modules stand beside it, and would be taken for others of the same name.
                [sys.executable, "-P", str(self._worker)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                # With whatever it has begun it is one group, and ends as one.
                process_group=0,
            )
        return self.process

    def _ask(
        self, process: subprocess.Popen[bytes], asked: dict[str, object]
    ) -> tuple[dict[str, Any], bytes]:
        if process.stdin is None or process.stdout is None:
            raise ValueError("It has no pipes.")
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        count = answer.get("bytes", 0)
        samples = process.stdout.read(count)
        if len(samples) != count:
            raise ValueError("It ended in the middle of a sentence.")
        return answer, samples


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
