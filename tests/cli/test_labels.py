"""`masthead labels` freezes a run and writes its file."""

from __future__ import annotations

import stat

import pytest
from django.core import mail

from masthead.circulation.models import Label, LabelRun, SpareCopies, Undelivered
from masthead.cli import main
from masthead.people import addresses
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

BERLIN = {"name": "Ada Okafor", "street": "Lindenweg 3", "city": "Berlin", "postcode": "10115"}


@pytest.fixture
def version():
    version = make.version(editorial.magazine())
    editorial.issue(version.offer.title, state="open", slug="no-1")
    return version


def subscriber(version, where=BERLIN):
    reader = make.reader()
    if where:
        addresses.write(reader, "DE", where, at=THEN)
    return make.subscription(version, reader=reader, with_print=True)


def test_a_dry_run_counts_and_writes_nothing(version, capsys):
    subscriber(version)
    nowhere = subscriber(version, where=None)
    assert main.main(["labels", "no-1", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "Main run, not frozen" in said
    assert f"{nowhere.number}: no address" in said
    assert not LabelRun.objects.exists()


def test_the_file_is_the_same_when_it_is_written_again(version, tmp_path, capsys):
    subscriber(version)
    file = tmp_path / "labels.csv"
    assert main.main(["labels", "no-1", "--file", str(file)]) == 0
    first = file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    subscriber(version)
    assert main.main(["labels", "no-1", "--file", str(file)]) == 0
    assert file.read_bytes() == first
    assert LabelRun.objects.get().sha256 in capsys.readouterr().out
    assert [one.name for one in tmp_path.iterdir()] == ["labels.csv"]


def test_who_came_later_is_in_a_supplemental_run_and_then_nobody(version, capsys):
    subscriber(version)
    main.main(["labels", "no-1"])
    subscriber(version)
    assert main.main(["labels", "no-1", "--supplemental"]) == 0
    assert "Supplemental run, number 2" in capsys.readouterr().out
    assert main.main(["labels", "no-1", "--supplemental"]) == 0
    assert "Nobody is waiting" in capsys.readouterr().out


def test_dispatching_is_said_once(version, capsys):
    subscriber(version)
    assert main.main(["labels", "no-1", "--dispatched", "1"]) == 0
    assert main.main(["labels", "no-1", "--run", "1", "--dispatched", "1"]) == 2
    assert main.main(["labels", "no-1", "--run", "7"]) == 2
    assert "There are: 1." in capsys.readouterr().err


def test_a_label_that_came_back_stops_its_address_and_tells_the_reader(version, capsys):
    one = subscriber(version)
    main.main(["labels", "no-1"])
    label = Label.objects.get()
    assert main.main(["labels", "no-1", "--came-back", label.serial, "--why", "moved"]) == 0
    assert Undelivered.objects.get().why == "moved"
    assert mail.outbox[0].to == [one.reader.email]
    assert main.main(["labels", "no-1", "--came-back", "999999999"]) == 2


def test_what_lies_in_the_store_is_written_down_and_freezes_nothing(version, capsys):
    assert main.main(["labels", "no-1", "--spares", "40"]) == 0
    assert SpareCopies.objects.get().copies == 40
    assert not LabelRun.objects.exists()
