"""Draw all pictures of The Lantern and sound its recording.

    python -m tests.samples.draw_lantern [folder]
    python -m tests.samples.draw_lantern --covers docs/pictures/covers.png

Needs numpy and Pillow for the pictures, and the program `lame` for the recording. The
folder is the magazine's own unless another is named. `--covers` draws a year of covers on one
sheet instead.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np

import masthead
from tests.samples import lantern_advertisements as advertisements
from tests.samples import lantern_charts as charts
from tests.samples import lantern_coast as coast
from tests.samples import lantern_covers as covers
from tests.samples import lantern_figures as figures
from tests.samples import lantern_instruments as instruments
from tests.samples import lantern_leads as leads
from tests.samples import lantern_maps as maps
from tests.samples import lantern_outdoors as outdoors
from tests.samples import lantern_plans as plans
from tests.samples import lantern_portraits as portraits
from tests.samples import lantern_railway as railway
from tests.samples import lantern_rooms as rooms
from tests.samples import lantern_tables as tables
from tests.samples import lantern_town as town
from tests.samples import lantern_vault as vault
from tests.samples.engraving import Plate

LANTERN = Path(masthead.__file__).parent / "cli" / "lantern"

TIDE = "articles/the-town-that-leased-its-tide"
BALLOT = "articles/the-quiet-ballot"
COIN = "articles/small-change"
PORT = "articles/letter-from-the-dry-port"
MAPS = "articles/the-last-man-who-cuts-maps-in-wood"
DOUBT = "articles/the-machine-that-says-it-is-not-sure"
ANNEX = "articles/the-annex-in-the-biscuit-tin"
MINISTER = "articles/the-minister-in-the-next-room"
COUNTERS = "articles/who-counts-the-counters"
BANK = "articles/the-bank-that-lends-by-weather"
QUIET = "articles/the-price-of-a-quiet-street"
BORDER = "articles/a-border-drawn-by-a-tired-man"
COFFEE = "articles/coffee-on-the-quay"
LIBRARY = "articles/la-bibliotheque-des-objets-rendus"
ORCHESTRA = "articles/an-orchestra-without-a-conductor"
METERS = "articles/the-night-the-meters-disagreed"
QUEUE = "articles/the-long-queue"
SONGS = "articles/seed-vault-for-songs"

# Covers fill a page of paper with its bleed, at a little more than 300 pixels per inch.
PRINTED = 2.2

PICTURES: dict[str, Callable[[], Plate]] = {
    "issues/no-17-cover.png": lambda: covers.cover(17, PRINTED),
    "issues/no-18-cover.png": lambda: covers.cover(18, PRINTED),
    "issues/no-19-cover.png": lambda: covers.cover(19, PRINTED),
    f"{TIDE}/barrage.png": coast.barrage,
    f"{TIDE}/harbour-chart.png": figures.harbour_chart,
    f"{BALLOT}/loaf.png": leads.loaf,
    f"{COIN}/town-of-coins.png": leads.coins,
    f"{COIN}/two-faces.png": figures.two_faces,
    f"{PORT}/dry-port.png": railway.dry_port,
    f"{PORT}/two-gauges.png": railway.two_gauges,
    f"{PORT}/sand-yard.png": railway.sand_yard,
    f"{PORT}/night-train.png": railway.night_train,
    f"{PORT}/line-map.png": railway.line_map,
    f"{MAPS}/pear-block.png": leads.woodblock,
    f"{MAPS}/first-state.png": lambda: figures.block_state(1),
    f"{MAPS}/second-state.png": lambda: figures.block_state(2),
    f"{MAPS}/third-state.png": lambda: figures.block_state(3),
    f"{DOUBT}/doubt.png": leads.doubt,
    f"{ANNEX}/biscuit-tin.png": tables.biscuit_tin,
    f"{ANNEX}/coast-of-leases.png": maps.coast_of_leases,
    f"{MINISTER}/corridor.png": rooms.corridor,
    f"{COUNTERS}/abacus.png": instruments.abacus,
    f"{BANK}/rain-gauge.png": outdoors.rain_gauge,
    f"{BANK}/rain-and-rates.png": charts.rain_and_rates,
    f"{QUIET}/quiet-street.png": town.quiet_street,
    f"{BORDER}/ruler-and-lamp.png": tables.ruler_and_lamp,
    f"{BORDER}/hask-line.png": maps.hask_line,
    f"{COFFEE}/coffee-pot.png": outdoors.coffee_on_the_quay,
    f"{LIBRARY}/shelves.png": rooms.shelves,
    f"{LIBRARY}/umbrella.png": rooms.returned_umbrella,
    f"{ORCHESTRA}/empty-podium.png": rooms.empty_podium,
    f"{ORCHESTRA}/seating-a.png": plans.seating_a,
    f"{ORCHESTRA}/seating-b.png": plans.seating_b,
    f"{METERS}/two-meters.png": instruments.two_meters,
    f"{METERS}/readings.png": charts.readings,
    f"{QUEUE}/queue.png": town.queue,
    f"{SONGS}/song-vault.png": vault.song_vault,
    "advertisements/averell-roast.png": advertisements.roaster,
    "advertisements/brack-and-daughter.png": advertisements.mender,
    "contributors/orla-venn.png": portraits.orla_venn,
    "contributors/hanne-brode.png": portraits.hanne_brode,
    "contributors/ruel-ondry.png": portraits.ruel_ondry,
    "contributors/sami-kestrel.png": portraits.sami_kestrel,
    "contributors/edda-vail.png": portraits.edda_vail,
    "contributors/claire-vasseur.png": portraits.claire_vasseur,
    "contributors/nadir-halabi.png": portraits.nadir_halabi,
    "contributors/tove-marsh.png": portraits.tove_marsh,
}

RATE = 22_050


def ferry_mornings() -> np.ndarray:
    """190 mornings of a ferry, a note each: on time is the low note, 41 late ones rise."""
    rng = np.random.default_rng(190)
    late = np.zeros(190)
    late[rng.choice(np.arange(20, 190), 41, replace=False)] = rng.uniform(4, 38, 41)
    beat, ring = int(RATE * 0.15), int(RATE * 0.6)
    sound = np.zeros(beat * len(late) + ring)
    t = np.arange(ring) / RATE
    for k, minutes in enumerate(late):
        # Two minutes late is a semitone, above the A of a ship's bell.
        pitch = 220 * 2 ** (minutes / 24)
        bell = sum(np.sin(2 * np.pi * pitch * n * t) / n**1.6 for n in (1, 2, 3, 5))
        strength = 0.5 if minutes else 0.2
        sound[k * beat : k * beat + ring] += (
            strength * bell * np.exp(-t * 7) * np.minimum(1, t * 200)
        )
    return sound / np.abs(sound).max() * 0.8


def save_mp3(sound: np.ndarray, path: Path) -> None:
    """Write sound of one channel as a small MP3."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        with wave.open(file.name, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes((sound * 32_767).astype("<i2").tobytes())
        subprocess.run(["lame", "--quiet", "-b", "48", "-m", "m", file.name, path], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--covers"]:
        covers.contact_sheet(Path(sys.argv[2]))
        sys.exit()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else LANTERN
    for name, draw in PICTURES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draw().save(path)
        print(f"{path.stat().st_size // 1024:5} kB  {name}")
    save_mp3(ferry_mornings(), folder / TIDE / "ferry-mornings.mp3")
