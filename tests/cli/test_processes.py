"""Processes are kept going: what ends is begun anew, and what ends again and again troubles no other."""

import threading
import time

import pytest

from masthead.cli import processes

STAYS = ("http.server", "--bind", "127.0.0.1", "0")
ENDS = ("platform",)


@pytest.fixture
def keep(monkeypatch):
    """Keep processes for some seconds; return the exit code, and which were begun anew when."""
    monkeypatch.setattr(processes, "SOON_SECONDS", 4)
    monkeypatch.setattr(processes, "RESTART_PAUSE_SECONDS", 0)

    def keep(seconds, **commands):
        stop, begun = threading.Event(), []
        running = {name: processes.start(command) for name, command in commands.items()}
        threading.Timer(seconds, stop.set).start()
        code = processes.keep(
            commands, running, stop, first="front",
            before=lambda name: begun.append((name, time.monotonic())),
        )  # fmt: skip
        assert all(process.poll() is not None for process in running.values())
        return code, begun

    return keep


def test_what_ends_again_and_again_is_begun_ever_more_patiently_and_the_front_goes_on(keep, capfd):
    code, begun = keep(8, front=STAYS, worker=ENDS)
    assert code == 0
    assert {name for name, _at in begun} == {"worker"}
    assert len(begun) > processes.MOST_ENDS
    for number, (_name, at) in enumerate(begun):
        within = [one for _of, one in begun[number:] if one < at + processes.SOON_SECONDS]
        assert len(within) <= processes.MOST_ENDS + 1
    assert "The worker ends again and again" in capfd.readouterr().out


def test_who_waits_for_one_does_not_keep_another_waiting(keep, monkeypatch):
    monkeypatch.setattr(processes, "MOST_ENDS", 1)
    _code, begun = keep(6, front=STAYS, worker=ENDS, carrier=ENDS)
    first = {name: next(at for of, at in begun if of == name) for name in ("worker", "carrier")}
    assert abs(first["worker"] - first["carrier"]) < 1


def test_without_its_front_a_house_is_at_an_end(keep, capfd):
    code, _begun = keep(60, front=ENDS, worker=STAYS)
    assert code == 1
    assert "The front ends again and again" in capfd.readouterr().out
